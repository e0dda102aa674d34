/**
 * Reads a data set: lists its files, looks into every one of them, leaves out what cannot teach anything, and splits the
 * rest. Bad files are reported, never fatal; only what makes training pointless stops it.
 */
import type { Problem } from "../../shared/problem.ts";
import { assemble } from "./assemble.ts";
import type { Dataset } from "./dataset.ts";
import type { HashedFile } from "./duplicates.ts";
import type { PhotoSource } from "./list-photos.ts";
import type { Print } from "./near/print.ts";
import { surveyPhotos } from "./survey.ts";

/** What was seen when a photo was decoded: its print, what is wrong with it, or nothing of note. */
export type Verdict = Print | Problem | undefined;

export interface DatasetOptions {
  /** Decodes every photo and says what it saw, in the order given. */
  inspect: (photos: readonly HashedFile[]) => Promise<readonly Verdict[]>;
  /** Share of each class kept for judging; 0.2 by default. */
  validation?: number;
  seed?: number;
  onProgress?: (done: number, total: number) => void;
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
  const { inspect, validation = 0.2, seed = 1, onProgress, signal } = options;
  const survey = await surveyPhotos(source, { ...(onProgress && { onFile: onProgress }), signal });
  const verdicts = await inspect(survey.photos);
  const dataset = assemble(survey, verdicts, validation, seed);
  return {
    dataset,
    without(problems) {
      const found = new Map(dataset.photos.map(({ path }, index) => [path, problems[index]]));
      const changed = survey.photos.map(({ path }, index) => found.get(path) ?? verdicts[index]);
      return assemble(survey, changed, validation, seed);
    },
  };
};
