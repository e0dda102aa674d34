/** Which form photos come in: a folder per class, a folder with `labels.csv` as Kaggle's are, or a CSV of its own. */
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Listing } from "./dataset.ts";
import { listFolders } from "./folders.ts";
import { listLabelled } from "./labelled.ts";

/** Where photos and their labels lie. */
export interface PhotoSource {
  /** A folder of photos, or a CSV that lies above them. */
  photos: string;
  /** A CSV that says which photo is what; by default `labels.csv` in the folder, else its folders' names. */
  labels?: string | undefined;
}

/** What a folder's own CSV is called. */
const ownLabels = "labels.csv";

/**
 * @param fewest classes that will do: a classifier learns from two or more, and is judged by one
 * @throws Error naming what is wrong with the source, and the fix
 */
export const listPhotos = async ({ photos, labels }: PhotoSource, fewest: 1 | 2 = 2): Promise<Listing> => {
  if (labels !== undefined) return listLabelled(labels, photos, fewest);
  if (photos.toLowerCase().endsWith(".csv")) return listLabelled(photos, dirname(photos), fewest);
  const own = join(photos, ownLabels);
  return (await isFile(own)) ? listLabelled(own, photos, fewest) : listFolders(photos, fewest);
};

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
