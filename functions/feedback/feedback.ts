/** Photos that someone says were named wrongly: kept in a bucket under the right label, for the next training. */
import { z } from "zod";
import { feedbackKey } from "../../shared/feedback.ts";
import { sha256 } from "../../shared/hash.ts";
import type { Manifest } from "../../shared/manifest.ts";
import { checkBytes, type Limits } from "../../shared/pixels/limits.ts";
import { sniff } from "../../shared/pixels/sniff.ts";
import { Problem } from "../../shared/problem.ts";
import type { Store } from "../../shared/store/store.ts";
import type { Ceiling } from "./ceiling.ts";
import { strip } from "./strip.ts";

const extensions = { jpeg: "jpg", png: "png", webp: "webp" } as const;

/** What the form says besides the photo. */
export const correction = z.object({
  label: z.string("must be the right label, one of the model's"),
  requestId: z.string().max(255).optional(),
});

export interface Kept {
  model: string;
  label: string;
  sha256: string;
}

/**
 * Keeps `photo` without its EXIF as `feedback/NAME/LABEL/SHA256.EXT`; the same one again changes nothing.
 * @param classify asks the model, and so refuses what it cannot read: that would teach nothing
 * @throws Problem 400 for a label that the model does not have, and for a multi-label model; 503 as the ceiling; as `sniff` and `classify` for a photo that is none
 */
export const keep = async (
  {
    store,
    ceiling,
    limits,
    classify,
  }: {
    store: Pick<Store, "put">;
    ceiling: Ceiling;
    limits: Limits;
    classify: (photo: Uint8Array) => Promise<Manifest>;
  },
  photo: Uint8Array,
  label: string,
): Promise<Kept> => {
  checkBytes(photo.length, limits);
  const header = sniff(photo);
  const stripped = strip(photo, header);
  const { name, labels, task } = await classify(stripped);
  if (task === "multi-label") throw oneOfSeveral(name);
  if (!labels.includes(label)) throw unknownLabel(label, name);
  const hash = await sha256(stripped);
  const key = feedbackKey(name, label, `${hash}.${extensions[header.format]}`);
  await ceiling.admit(name, key, stripped.length);
  await store.put(key, stripped, { contentType: `image/${header.format}` });
  return { model: name, label, sha256: hash };
};

const oneOfSeveral = (model: string): Problem =>
  new Problem(
    400,
    `${model} gives a photo several labels, and one says nothing of the others; add the photo to its table of path,labels instead`,
    { title: "Bad request" },
  );

const unknownLabel = (label: string, model: string): Problem =>
  new Problem(
    400,
    `label is ${JSON.stringify(label.slice(0, 100))}, which ${model} does not have; send one of its labels`,
    { title: "Bad request" },
  );
