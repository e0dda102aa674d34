/** The photos that a command is given: of this machine, in an archive, which is unpacked first, or a bucket's, which are fetched. */
import { openStore } from "../shared/store/open.ts";
import type { Store } from "../shared/store/store.ts";
import { isArchive, unpackPhotos } from "../training/dataset/archive/unpack.ts";
import { fetchPhotos, isInBucket } from "../training/dataset/fetch-photos.ts";
import type { PhotoSource } from "../training/dataset/list-photos.ts";
import { withFeedback } from "../training/dataset/with-feedback.ts";
import type { Context } from "./context.ts";

/** Photos fetched earlier; may be deleted at any time. */
const CACHE = ".whippet/photos";

/** @returns a folder of photos, or a CSV above them */
export const localPhotos = async ({ terminal, signal }: Context, photos: string): Promise<string> => {
  const options = { cache: CACHE, progress: terminal, signal };
  if (isInBucket(photos)) return fetchPhotos(photos, options);
  return isArchive(photos) ? unpackPhotos(photos, options) : photos;
};

/** Where a server of this machine keeps feedback: in the photo bucket, else beside the models. */
export const feedbackStore = (models: Store, { signal }: Context): Store => {
  const { WHIPPET_PHOTOS } = process.env;
  return WHIPPET_PHOTOS ? openStore(WHIPPET_PHOTOS, { signal }) : models;
};

/** The same photos, and with them what people put right about `model`, if one is named. */
export const photosWithFeedback = async (
  { terminal, signal }: Context,
  source: PhotoSource,
  model: string | undefined,
  store: Store,
): Promise<PhotoSource> => {
  if (model === undefined) return source;
  const both = await withFeedback(source, store, model, { cache: CACHE, signal });
  terminal.line(`${both.photos} photos that people put right about ${model} are among them.`);
  return { photos: both.folder };
};
