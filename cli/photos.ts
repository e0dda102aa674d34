/** The photos that a command is given: a folder of this machine, or a bucket's, which are fetched first. */
import { fetchPhotos, isInBucket } from "../training/dataset/fetch-photos.ts";
import type { Context } from "./context.ts";

/** Photos fetched earlier; may be deleted at any time. */
const CACHE = ".whippet/photos";

/** @returns a folder with a folder of photos per class */
export const localPhotos = async ({ terminal, signal }: Context, photos: string): Promise<string> =>
  isInBucket(photos) ? fetchPhotos(photos, { cache: CACHE, progress: terminal, signal }) : photos;
