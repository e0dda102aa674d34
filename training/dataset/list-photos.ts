/** Which form photos come in: a folder per class, a folder with `labels.csv` as Kaggle's are, or a CSV of its own. */
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Listing } from "./dataset.ts";
import { listFolders } from "./folders.ts";
import { listLabelled, listManyLabelled } from "./labelled.ts";

/** Where photos and their labels lie. */
export interface PhotoSource {
  /** A folder of photos, or a CSV that lies above them. */
  photos: string;
  /** A CSV that says which photo is what; by default `labels.csv` in the folder, else its folders' names. */
  labels?: string | undefined;
  /** Each photo may have several labels, or none: then a CSV of `path,labels` says which. */
  multiLabel?: boolean | undefined;
}

/** What a folder's own CSV is called. */
export const OWN_LABELS = "labels.csv";

/**
 * @param fewest classes that will do: a classifier learns from two or more, and is judged by one; several labels may be one
 * @throws Error naming what is wrong with the source, and the fix
 */
export const listPhotos = async (source: PhotoSource, fewest: 1 | 2 = 2): Promise<Listing> => {
  const { photos, labels, multiLabel = false } = source;
  const listed = (table: string, folder: string) =>
    multiLabel ? listManyLabelled(table, folder) : listLabelled(table, folder, fewest);
  if (labels !== undefined) return listed(labels, photos);
  if (photos.toLowerCase().endsWith(".csv")) return listed(photos, dirname(photos));
  const own = join(photos, OWN_LABELS);
  if (await isFile(own)) return listed(own, photos);
  if (multiLabel)
    throw new Error(
      `${photos} has no ${OWN_LABELS}: where photos have several labels, a CSV of path,labels says which, with | between them; give one with --labels`,
    );
  return listFolders(photos, fewest);
};

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
