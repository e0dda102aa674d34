/** The photos that a command is given: a folder of this machine, or a bucket's, which are fetched first. */
import { openStore } from "../shared/store/open.ts";
import type { Store } from "../shared/store/store.ts";
import { fetchPhotos, isInBucket } from "../training/dataset/fetch-photos.ts";
import { withFeedback } from "../training/dataset/with-feedback.ts";
import type { Context } from "./context.ts";

/** Photos fetched earlier; may be deleted at any time. */
const CACHE = ".whippet/photos";

/** @returns a folder with a folder of photos per class */
export const localPhotos = async ({ terminal, signal }: Context, photos: string): Promise<string> =>
  isInBucket(photos) ? fetchPhotos(photos, { cache: CACHE, progress: terminal, signal }) : photos;

/** The same folder, and with it what people put right about `model`, if one is named. */
export const photosWithFeedback = async (
  { terminal, signal }: Context,
  folder: string,
  model: string | undefined,
  models: Store,
): Promise<string> => {
  if (model === undefined) return folder;
  const { WHIPPET_PHOTOS } = process.env;
  const store = WHIPPET_PHOTOS ? openStore(WHIPPET_PHOTOS, { signal }) : models;
  const both = await withFeedback(folder, store, model, { cache: CACHE, signal });
  terminal.line(`${both.photos} photos that people put right about ${model} are among them.`);
  return both.folder;
};
