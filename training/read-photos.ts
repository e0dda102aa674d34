/** A training's first stage: which photos there are, and the features of each. */
import { Problem } from "../shared/problem.ts";
import type { Dataset } from "./dataset/dataset.ts";
import type { PhotoSource } from "./dataset/list-photos.ts";
import { readDataset } from "./dataset/read-dataset.ts";
import { type ExtractOptions, extractFeatures } from "./features/extract.ts";
import type { Progress } from "./progress.ts";
import { reportLeftOut } from "./report-left-out.ts";

export interface ReadingOptions extends Omit<ExtractOptions, "onProgress">, PhotoSource {
  validation: number;
  seed: number;
  progress: Progress;
}

/** The data set, and its photos' features: reading them is what finds the damaged ones. */
export const readPhotos = async (
  options: ReadingOptions,
): Promise<{ dataset: Dataset; features: (Float32Array | Problem)[] }> => {
  const { photos: source, labels: table, validation, seed, progress, signal } = options;
  const reading = progress.stage("photos");
  const known = new Map<string, Float32Array>();
  let looking: ReturnType<Progress["stage"]> | undefined;
  let cached = 0;
  const dataset = await readDataset(
    { photos: source, labels: table },
    {
      validation,
      seed,
      signal,
      onProgress: reading.update,
      async inspect(photos) {
        reading.end(`${photos.length} files read`);
        looking = progress.stage("features");
        const extracted = await extractFeatures(photos, {
          ...options,
          onProgress: ({ done, total }) => looking?.update(done, total),
        });
        cached = extracted.cached;
        for (const [i, features] of extracted.features.entries())
          if (!(features instanceof Problem)) known.set(photos[i]!.sha256, features);
        return extracted.features.map((features) => (features instanceof Problem ? features : undefined));
      },
    },
  );
  const { labels, photos, skipped } = dataset;
  looking?.end(
    `${photos.length} photos in ${labels.length} classes${cached > 0 ? `, ${cached} from the cache` : ""}` +
      `${skipped.length > 0 ? `, ${skipped.length} files skipped` : ""}`,
  );
  reportLeftOut(progress, dataset);
  return { dataset, features: photos.map(({ sha256 }) => known.get(sha256)!) };
};
