/**
 * The photos of one training as they lie in the photo bucket: `datasets/SHA256.json` lists them, `photos/SHA256` holds each,
 * once, whoever uploaded it. Both are named by the hash of their bytes, so neither is ever overwritten with another content.
 */
import { z } from "zod";
import { sha256 } from "./hash.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");

export const datasetListingSchema = z
  .object({
    schema: z.literal(1),
    /** Photos may have several labels, or none: `label` has `|` between them, and may be empty. */
    multiLabel: z.literal(true).exactOptional(),
    photos: z.array(
      z.object({
        /** Below the folder it came from; for messages. */
        path: z.string().min(1),
        label: z.string(),
        sha256: hash,
        bytes: z.int().min(1),
      }),
    ),
  })
  .refine(({ multiLabel, photos }) => multiLabel || photos.every(({ label }) => label !== ""), {
    path: ["photos"],
    message: "each photo needs a label",
  });

export type DatasetListing = z.infer<typeof datasetListingSchema>;

export const PHOTOS = "photos/";

export const photoKey = (photo: { sha256: string }): string => `${PHOTOS}${photo.sha256}`;

/**
 * The listing's bytes, the same for the same photos in whatever order they were found, and its key.
 *
 * @param multiLabel whether a photo's label is a set of labels
 */
export const encodeListing = async (
  photos: DatasetListing["photos"],
  multiLabel = false,
): Promise<{ key: string; bytes: Uint8Array<ArrayBuffer> }> => {
  const sorted = photos
    .map(({ path, label, sha256, bytes }) => ({ path, label, sha256, bytes }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const listing: DatasetListing = { schema: 1, ...(multiLabel && { multiLabel }), photos: sorted };
  const bytes = new TextEncoder().encode(JSON.stringify(listing));
  return { key: `datasets/${await sha256(bytes)}.json`, bytes };
};
