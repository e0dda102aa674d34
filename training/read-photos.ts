/** A training's first stage: which photos there are, what is wrong with them, and the features of each. */
import { Problem } from "../shared/problem.ts";
import type { Dataset } from "./dataset/dataset.ts";
import type { PhotoSource } from "./dataset/list-photos.ts";
import { extractPrints } from "./dataset/prints.ts";
import { type ReadDataset, readDataset } from "./dataset/read-dataset.ts";
import { type ExtractOptions, extractFeatures } from "./features/extract.ts";
import type { Progress } from "./progress.ts";
import { reportLeftOut } from "./report-left-out.ts";

export interface CheckOptions extends Pick<ExtractOptions, "pool" | "cache" | "signal">, PhotoSource {
  validation: number;
  seed: number;
  progress: Progress;
}

/** Reads and decodes every photo, small: enough to know all that can be wrong with a data set. */
export const checkPhotos = async (options: CheckOptions): Promise<ReadDataset> => {
  const { photos: source, labels: table, multiLabel, validation, seed, progress, signal } = options;
  const reading = progress.stage("photos");
  let looking: ReturnType<Progress["stage"]> | undefined;
  const read = await readDataset(
    { photos: source, labels: table, multiLabel },
    {
      validation,
      seed,
      signal,
      onProgress: reading.update,
      onCompared: (done, total) => looking?.update(done, total),
      inspect(photos) {
        reading.end(`${photos.length} files read`);
        looking = progress.stage("check");
        const onProgress = ({ done, total }: { done: number; total: number }) => looking?.update(done, total);
        return extractPrints(photos, { ...options, onProgress });
      },
    },
  );
  const { labels, photos, skipped } = read.dataset;
  looking?.end(
    `${photos.length} photos ${multiLabel ? "with" : "in"} ${labels.length} ${multiLabel ? "labels" : "classes"}${skipped.length > 0 ? `, ${skipped.length} files skipped` : ""}`,
  );
  reportLeftOut(progress, read.dataset);
  return read;
};

export interface ReadingOptions extends CheckOptions, Pick<ExtractOptions, "work"> {
  /** Called once the data set is known, before anything is computed from it. */
  onDataset?: ((dataset: Dataset) => void) | undefined;
}

/** The data set, and its photos' features. */
export const readPhotos = async (
  options: ReadingOptions,
): Promise<{ dataset: Dataset; features: (Float32Array | Problem)[] }> => {
  const { progress, onDataset } = options;
  const { dataset: checked, without } = await checkPhotos(options);
  onDataset?.(checked);
  const stage = progress.stage("features");
  const { features, cached } = await extractFeatures(checked.photos, {
    ...options,
    onProgress: ({ done, total }) => stage.update(done, total),
  });
  stage.end(`${features.length} photos${cached > 0 ? `, ${cached} from the cache` : ""}`);
  // at the model's size a photo may need more memory than there is
  const problems = features.map((outcome) => (outcome instanceof Problem ? outcome : undefined));
  if (problems.every((problem) => problem === undefined)) return { dataset: checked, features };
  for (const [index, problem] of problems.entries())
    if (problem) progress.line(`  skipped ${checked.photos[index]!.path}: ${problem.message}`);
  const dataset = without(problems);
  const bySha256 = new Map(checked.photos.map(({ sha256 }, index) => [sha256, features[index]!]));
  return { dataset, features: dataset.photos.map(({ sha256 }) => bySha256.get(sha256)!) };
};
