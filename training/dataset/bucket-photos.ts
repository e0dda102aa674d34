/** Which photos an `s3://` URL means: a prefix with a folder per class, or the listing of one training's photos. */
import { datasetListingSchema, photoKey } from "../../shared/dataset-listing.ts";
import { sha256 } from "../../shared/hash.ts";
import type { Connection } from "../../shared/store/s3/connection.ts";
import { listObjects } from "../../shared/store/s3/many.ts";
import { readObject } from "../../shared/store/s3/read.ts";
import { isLitter } from "./walk.ts";

export interface BucketPhoto {
  key: string;
  bytes: number;
  /** The object's etag where only the bucket vouches for its content; `sha256` where a listing does. */
  etag?: string;
  sha256?: string;
  /** Verbatim; undefined for a file that lies beside the classes. */
  label: string | undefined;
  /** Where a photo may have several labels, all of them, as label-sets.ts writes them; it lies in no class then. */
  labels?: string;
  /** Below the class, as its owner called it. */
  path: string;
}

const listingName = /(?:^|\/)datasets\/([0-9a-f]{64})\.json$/;

/** @throws Error when the listing is missing, damaged or not one */
const readListing = async (connection: Connection, key: string, expected: string): Promise<BucketPhoto[]> => {
  const { url } = connection.location;
  const found = await readObject(connection, key);
  if (found === undefined) throw new Error(`${url}: there is no such listing; upload the photos again`);
  if ((await sha256(found.bytes)) !== expected)
    throw new Error(`${url} is damaged: its content is not what its name says; upload the photos again`);
  const { photos, multiLabel } = datasetListingSchema.parse(JSON.parse(new TextDecoder().decode(found.bytes)));
  const root = key.slice(0, key.lastIndexOf("datasets/"));
  return photos.map(({ path, label, sha256, bytes }) => {
    const photo = { key: root + photoKey({ sha256 }), bytes, sha256 };
    if (multiLabel) return { ...photo, label: undefined, labels: label, path };
    // the path begins with the folder of its class, which the label says already
    const below = path.startsWith(`${label}/`) ? path.slice(label.length + 1) : path;
    return { ...photo, label, path: below };
  });
};

const listPrefix = async (connection: Connection): Promise<BucketPhoto[]> => {
  const { prefix, url } = connection.location;
  const photos = (await listObjects(connection, prefix)).flatMap(({ key, bytes, etag }): BucketPhoto[] => {
    const below = key.slice(prefix.length);
    // S3's console makes an empty object of each folder
    if (below === "" || below.endsWith("/") || below.split("/").some((part) => litterOf(part))) return [];
    const slash = below.indexOf("/");
    const label = slash === -1 ? undefined : below.slice(0, slash);
    return [{ key, bytes, etag, label, path: below.slice(slash + 1) }];
  });
  if (photos.length === 0) throw new Error(`${url} holds no photos; put a folder per class there, or correct the URL`);
  return photos;
};

/** `.` and `..` are no litter but an attempt at something, and refused where the photo would be written. */
const litterOf = (part: string): boolean => part !== "." && part !== ".." && isLitter(part);

/** @throws Error naming the URL when nothing is there */
export const listBucketPhotos = (connection: Connection): Promise<BucketPhoto[]> => {
  const key = connection.location.prefix.slice(0, -1);
  const expected = listingName.exec(key)?.[1];
  return expected === undefined ? listPrefix(connection) : readListing(connection, key, expected);
};
