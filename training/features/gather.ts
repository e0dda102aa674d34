/** Feature vectors of a data set's photos, sorted into what the head learns from and what judges it. */
import type { Problem } from "../../shared/problem.ts";
import type { Part } from "../dataset/dataset.ts";
import type { LabelledFeatures } from "../head/linear.ts";

/**
 * @param features one per photo, in their order, all of one length
 * @throws Error naming a photo that has no features
 */
export const gatherFeatures = (
  photos: readonly { path: string; label: number; part: Part }[],
  features: readonly (Float32Array | Problem)[],
): Record<Part, LabelledFeatures> => {
  const channels = features.find((vector) => vector instanceof Float32Array)?.length ?? 0;
  const gather = (part: Part): LabelledFeatures => {
    const chosen = [...photos.keys()].filter((index) => photos[index]!.part === part);
    const gathered = new Float32Array(chosen.length * channels);
    for (const [row, index] of chosen.entries()) {
      const vector = features[index];
      if (!(vector instanceof Float32Array))
        throw new Error(
          `${photos[index]!.path} has no features: ${vector?.message ?? "it was not extracted"}; run again`,
        );
      gathered.set(vector, row * channels);
    }
    return { features: gathered, labels: Int32Array.from(chosen, (index) => photos[index]!.label) };
  };
  return { training: gather("training"), validation: gather("validation") };
};
