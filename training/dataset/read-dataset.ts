/**
 * Reads a data set: lists its files, looks into every one of them, leaves out what cannot teach anything, and splits the
 * rest. Bad files are reported, never fatal; only what makes training pointless stops it.
 */
import type { Problem } from "../../shared/problem.ts";
import { assemble } from "./assemble.ts";
import type { Dataset } from "./dataset.ts";
import type { HashedFile } from "./duplicates.ts";
import type { PhotoSource } from "./list-photos.ts";
import { createPause } from "./near/pause.ts";
import type { Print } from "./near/print.ts";
import { findSamePictures } from "./same-pictures.ts";
import { surveyPhotos } from "./survey.ts";

/** What was seen when a photo was decoded: its print, what is wrong with it, or nothing of note. */
export type Verdict = Print | Problem | undefined;

export interface DatasetOptions {
  /** Decodes every photo and says what it saw, in the order given. */
  inspect: (photos: readonly HashedFile[]) => Promise<readonly Verdict[]>;
  /** Share of each class kept for judging; 0.2 by default. */
  validation?: number;
  seed?: number;
  /** Called after each file that was read. */
  onProgress?: (done: number, total: number) => void;
  /** Called now and then while photos are compared with one another. */
  onCompared?: (done: number, total: number) => void;
  signal?: AbortSignal | undefined;
}

/** A data set, and the same without photos that turned out to be no good later. */
export interface ReadDataset {
  dataset: Dataset;
  /** @param problems of the data set's photos, in their order */
  without: (problems: readonly (Problem | undefined)[]) => Dataset;
}

/** @throws Error naming what is wrong with the photos or their labels, its value and the fix */
export const readDataset = async (source: PhotoSource, options: DatasetOptions): Promise<ReadDataset> => {
  const { inspect, validation = 0.2, seed = 1, onProgress, onCompared, signal } = options;
  const survey = await surveyPhotos(source, { ...(onProgress && { onFile: onProgress }), signal });
  const { photos } = survey;
  const verdicts = await inspect(photos);
  const pause = createPause((share) => onCompared?.(Math.round(share * photos.length), photos.length), signal);
  const same = await findSamePictures(survey, verdicts, pause);
  const dataset = assemble(survey, verdicts, same, validation, seed);
  return {
    dataset,
    without(problems) {
      const found = new Map(dataset.photos.map(({ path }, index) => [path, problems[index]]));
      const changed = photos.map(({ path }, index) => found.get(path) ?? verdicts[index]);
      return assemble(survey, changed, same, validation, seed);
    },
  };
};
