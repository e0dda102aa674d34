/** Small classifiers for the tests of export, over the embedded lite0. */

import type { Precision } from "../../shared/engine/engine.ts";
import { createNativeEngine } from "../../shared/engine/native.ts";
import { nodeLimits } from "../../shared/limits.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import { cropPhoto } from "../../shared/pixels/crop.ts";
import { decodePhoto } from "../../shared/pixels/decode.ts";
import { toTensor } from "../../shared/pixels/normalise.ts";
import type { InputSpec, View } from "../../shared/pixels/pixels.ts";
import { catalogue, readBackbone } from "../../training/backbone/catalogue.ts";
import { random } from "../drawing.ts";

export const { input, cuts } = catalogue.lite0;

/** Drawn shapes are told apart at this size, too, at a fifth of the time. */
export const smallInput: InputSpec = { ...input, size: 96 };

export const backboneBytes = async (): Promise<Uint8Array> => (await readBackbone("lite0")).bytes;

/** The same network for another size of photos. */
export const smallBackbone = async (): Promise<Uint8Array> => {
  const { bytes } = await readBackbone("lite0", { size: smallInput.size });
  return bytes;
};

/** The tensors of a photo's views, by the project's own pixel path. */
export const tensorsOf = async (
  photo: Uint8Array,
  views: readonly View[] = [{}],
  input: InputSpec = catalogue.lite0.input,
): Promise<Float32Array[]> => {
  const decoded = await decodePhoto(photo, input, await loadCodecs(), nodeLimits.photo);
  return views.map((view) => toTensor(cropPhoto(decoded, input, view).pixels, input));
};

/** The plain view first, then seeded flips and crops. */
export const viewsOf = (count: number, seed: number): View[] => {
  const next = random(seed);
  return Array.from({ length: count }, (_, i) =>
    i === 0 ? {} : { flip: next() < 0.5, zoom: 0.6 + 0.4 * next(), x: next(), y: next() },
  );
};

export const noiseTensor = (seed: number, size: number): Float32Array => {
  const next = random(seed);
  return Float32Array.from({ length: 3 * size ** 2 }, () => 2 * next() - 1);
};

/** Logits, or features of a feature model, per tensor, by the native engine. */
export const runNatively = async (
  bytes: Uint8Array,
  precision: Precision,
  tensors: readonly Float32Array[],
): Promise<Float32Array[]> => {
  const session = await (await createNativeEngine()).load({
    bytes,
    precision,
    size: Math.sqrt(tensors[0]!.length / 3),
  });
  const results: Float32Array[] = [];
  for (const tensor of tensors) results.push((await session.run(tensor)).logits.slice());
  await session.dispose();
  return results;
};
