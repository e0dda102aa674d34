/** A folder of photos, and with it those that people put right (`POST /models/:name/feedback`). */
import { mkdir } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { feedbackPrefix, parseFeedbackKey } from "../../shared/feedback.ts";
import { sha256 } from "../../shared/hash.ts";
import { inParallel } from "../../shared/parallel.ts";
import type { Store } from "../../shared/store/store.ts";
import { isKept, keepFile } from "./kept-file.ts";
import { listPhotos, type PhotoSource } from "./list-photos.ts";
import { makePhotoFolder, type PlacedPhoto } from "./photo-folder.ts";

const AT_ONCE = 8;

/**
 * @param store where servers keep feedback
 * @param name of the model that it is about
 * @param cache a folder to keep fetched photos in
 * @returns a folder with both, and how many of its photos are feedback
 * @throws Error when there is no feedback on that model, or a photo of it is damaged
 */
export const withFeedback = async (
  source: PhotoSource,
  store: Store,
  name: string,
  { cache, signal }: { cache: string; signal?: AbortSignal | undefined },
): Promise<{ folder: string; photos: number }> => {
  const prefix = feedbackPrefix(name);
  const sent = (await store.list(prefix)).flatMap(({ key, bytes }) => {
    const parsed = parseFeedbackKey(key);
    return parsed ? [{ key, bytes, ...parsed }] : [];
  });
  if (sent.length === 0)
    throw new Error(
      `there is no feedback on ${name} in ${store.url}; leave out --feedback, name another model, or say in WHIPPET_PHOTOS which bucket has it`,
    );
  const kept = join(cache, "feedback");
  await mkdir(kept, { recursive: true });
  const fetched = await inParallel(
    sent,
    AT_ONCE,
    async ({ key, bytes, label, file }): Promise<PlacedPhoto> => {
      const path = join(kept, file);
      if (!(await isKept(path, bytes))) {
        const found = await store.get(key);
        if (found === undefined)
          throw new Error(`${key} was deleted from ${store.url} meanwhile; run the command again`);
        if (!file.startsWith(await sha256(found.bytes)))
          throw new Error(`${key} in ${store.url} is damaged: its sha256 is not its name; delete it`);
        // two people may have called the same photo two things
        await keepFile(path, found.bytes);
      }
      return { file: path, label, path: file };
    },
    signal,
  );
  const { root, files } = await listPhotos(source);
  const own = files.map(
    ({ path, label }): PlacedPhoto => ({ file: resolve(path), label, path: relative(root, path).replaceAll(sep, "/") }),
  );
  return { folder: await makePhotoFolder(join(cache, "sets"), [...own, ...fetched]), photos: sent.length };
};
