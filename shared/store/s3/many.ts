/** Lists and removes many objects. */
import type { ListedObject } from "../store.ts";
import type { Connection } from "./connection.ts";
import { unquoted } from "./etag.ts";
import { permissions, S3Error } from "./failure.ts";

/** S3 deletes at most this many keys in one call. */
const KEYS_PER_DELETE = 1000;
/** How many of the keys that could not be removed a message names. */
const NAMED = 3;

/** What a bucket says of an object without reading it. */
export interface BucketObject extends ListedObject {
  etag: string;
}

/** Every object whose key begins with `Prefix`, in no promised order. */
export const listObjects = (connection: Connection, Prefix: string): Promise<BucketObject[]> =>
  connection.request("list", Prefix, async (client, sdk, options) => {
    const objects: BucketObject[] = [];
    const pages = sdk.paginateListObjectsV2({ client }, { Bucket: connection.location.bucket, Prefix }, options);
    for await (const page of pages)
      for (const { Key, Size, LastModified, ETag } of page.Contents ?? [])
        objects.push({ key: Key!, bytes: Size ?? 0, modified: LastModified!, etag: unquoted(ETag) });
    return objects;
  });

/**
 * Removes objects, a thousand a call; S3 answers such a call with success and lists in it what it could not remove.
 * @throws S3Error naming some of the keys that are still there, and why
 */
export const removeObjects = async (connection: Connection, keys: readonly string[]): Promise<void> => {
  const { bucket, url } = connection.location;
  for (let at = 0; at < keys.length; at += KEYS_PER_DELETE) {
    const batch = keys.slice(at, at + KEYS_PER_DELETE);
    const { Errors = [] } = await connection.request("remove", batch[0]!, (client, sdk, options) => {
      const Delete = { Objects: batch.map((Key) => ({ Key })), Quiet: true };
      return client.send(new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete }), options);
    });
    const [first] = Errors;
    if (first === undefined) continue;
    const named = Errors.slice(0, NAMED).map(({ Key }) => Key);
    const fix = first.Code === "AccessDenied" ? `allow the credentials ${permissions.remove}` : "try again";
    throw new S3Error(
      `${url}: ${Errors.length} of ${batch.length} objects could not be removed, such as ${named.join(", ")}: ${fix} (${first.Code}: ${first.Message})`,
      first.Code ?? "unknown",
    );
  }
};
