/** Features of further looks at each photo: what a frozen backbone sees of photos that nobody took. */
import type { Photo } from "../dataset/dataset.ts";
import { type ExtractOptions, extractFeatures } from "../features/extract.ts";
import { type FeatureRows, gatherFeatures } from "../features/gather.ts";
import type { Progress } from "../progress.ts";
import { looksAt } from "./augmentation.ts";

export interface AugmentedOptions extends Omit<ExtractOptions, "onProgress"> {
  /** Looks at each photo, the plain one among them. */
  views: number;
  seed: number;
  progress: Progress;
}

/** Beside the plain look, which is not among them; undefined where that is the only one. */
export const augmentedFeatures = async (
  photos: readonly Photo[],
  options: AugmentedOptions,
): Promise<FeatureRows | undefined> => {
  const { views, seed, progress } = options;
  if (views === 1) return undefined;
  const stage = progress.stage("views");
  const looks = looksAt(photos, views, seed).slice(photos.length);
  const { features, cached } = await extractFeatures(looks, {
    ...options,
    onProgress: ({ done, total }) => stage.update(done, total),
  });
  stage.end(`${views - 1} more of each photo${cached > 0 ? `, ${cached} from the cache` : ""}`);
  return gatherFeatures(looks, features, photos.length);
};
