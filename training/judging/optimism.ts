/**
 * Whether a backbone may have seen a data set's photos while it was trained itself. Accuracy on such photos flatters the model,
 * out of fold too: the head has not learned from them, but its features have.
 */
import { basename, dirname } from "node:path";
import type { Metrics } from "../../shared/metrics.ts";
import { readBreeds } from "../built-in/breeds.ts";

/** ImageNet names its training photos by their WordNet synset: n02085620_10074.JPEG; Stanford Dogs kept the names. */
const imagenetFile = /^n\d{8}_\d+\.\w+$/i;
/** Of a folder: n02085620, or n02085620-Chihuahua. */
const imagenetFolder = /^n\d{8}(-|$)/i;

/** Share of the photos, or of Kaggle's breeds, from which on this is no coincidence. */
const telling = { photos: 0.05, breeds: 0.9 };

export interface OptimismQuestion {
  pretrainedOn: string;
  labels: readonly string[];
  photos: readonly { path: string }[];
}

/** `undefined` where nothing speaks for it. */
export const findOptimism = async ({
  pretrainedOn,
  labels,
  photos,
}: OptimismQuestion): Promise<Metrics["optimistic"] | undefined> => {
  if (!/imagenet/i.test(pretrainedOn)) return undefined;
  const named = photos.filter(
    ({ path }) => imagenetFile.test(basename(path)) || imagenetFolder.test(basename(dirname(path))),
  ).length;
  if (named > 0 && named >= telling.photos * photos.length)
    return {
      photos: named,
      reason: `${named} of ${photos.length} files are named as ImageNet's training photos are, and the backbone learned from those`,
    };
  const plain = (label: string): string => label.toLowerCase().replaceAll(/[^a-z]/g, "");
  const breeds = new Set((await readBreeds()).map(({ breed }) => plain(breed)));
  const known = new Set(labels.map(plain).filter((label) => breeds.has(label))).size;
  if (known < telling.breeds * breeds.size) return undefined;
  return {
    photos: photos.length,
    reason: `${known} labels are the breeds of Kaggle's Dog Breed Identification, whose photos are ImageNet's, and the backbone learned from those`,
  };
};
