/** Feature vectors of photos, as the rows that heads learn from and are judged by. */
import type { Problem } from "../../shared/problem.ts";
import type { LabelledFeatures } from "../head/head.ts";

export interface FeatureRows extends LabelledFeatures {
  /** Which photo each row shows; several rows may be looks at one. */
  photo: Int32Array;
}

/**
 * A row per look.
 *
 * @param looks at photos, once through all of them or several times over
 * @param features one per look, in their order, all of one length
 * @param photos how many there are; by default every look is at one of its own
 * @throws Error naming a photo that has no features
 */
export const gatherFeatures = (
  looks: readonly { path: string; label: number }[],
  features: readonly (Float32Array | Problem)[],
  photos: number = looks.length,
): FeatureRows => {
  const channels = features.find((vector) => vector instanceof Float32Array)?.length ?? 0;
  const gathered = new Float32Array(looks.length * channels);
  for (const [row, { path }] of looks.entries()) {
    const vector = features[row];
    if (!(vector instanceof Float32Array))
      throw new Error(
        `${path} has no features: ${vector?.message ?? "it was not extracted"}; remove it, and train again`,
      );
    gathered.set(vector, row * channels);
  }
  return {
    features: gathered,
    labels: Int32Array.from(looks, ({ label }) => label),
    photo: Int32Array.from(looks, (_, row) => row % photos),
  };
};

/** The rows of some photos, in their order. */
export const rowsOf = ({ features, labels, photo }: FeatureRows, wanted: (photo: number) => boolean): FeatureRows => {
  const rows = [...photo.keys()].filter((row) => wanted(photo[row]!));
  const channels = labels.length && features.length / labels.length;
  const chosen = new Float32Array(rows.length * channels);
  for (const [to, row] of rows.entries())
    chosen.set(features.subarray(row * channels, (row + 1) * channels), to * channels);
  return {
    features: chosen,
    labels: Int32Array.from(rows, (row) => labels[row]!),
    photo: Int32Array.from(rows, (row) => photo[row]!),
  };
};
