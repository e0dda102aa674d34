/** Features to learn from: a Gaussian cloud per class, seeded. */
import type { LabelledFeatures } from "../../training/head/head.ts";
import { random } from "../drawing.ts";

/** @param spread of a cloud; the centres lie about 1 apart in each channel */
export const blobs = (
  photos: number,
  classes: number,
  channels: number,
  seed: number,
  spread = 1,
): LabelledFeatures => {
  // The centres are the same for every seed, so that one set can judge what another taught
  const centreAt = random(1);
  const centres = Array.from({ length: classes * channels }, centreAt);
  const next = random(seed + 100);
  const gaussian = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const labels = Int32Array.from({ length: photos }, (_, photo) => photo % classes);
  const features = new Float32Array(photos * channels);
  for (let at = 0; at < features.length; at++) {
    const label = labels[Math.floor(at / channels)]!;
    features[at] = centres[label * channels + (at % channels)]! + spread * gaussian();
  }
  return { features, labels };
};
