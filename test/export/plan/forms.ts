/** Int8 forms of the reduced networks, made as training makes them, on drawn noise instead of photos. */
import { readModel, writeModel } from "../../../shared/onnx/model.ts";
import { calibrate } from "../../../training/export/calibrate.ts";
import { canonicalise } from "../../../training/export/canonicalise.ts";
import { optimiseAhead } from "../../../training/export/optimise-ahead.ts";
import { quantize } from "../../../training/export/quantize.ts";
import { random } from "../../drawing.ts";

/** Waves and noise: neighbouring pixels are alike, as a photo's are. */
export const wave = (seed: number, size: number): Float32Array => {
  const next = random(seed);
  return Float32Array.from(
    { length: 3 * size * size },
    (_, i) => 0.6 * Math.sin(i / (20 + seed)) + 0.8 * (next() - 0.5),
  );
};

/** @param network a float ONNX file; @param size side of its photos; @param photos that its ranges are found on */
export const int8Form = async (
  network: Uint8Array,
  size: number,
  photos: readonly Float32Array[] = [1, 2, 3, 4].map((seed) => wave(seed, size)),
): Promise<Uint8Array> => {
  const model = writeModel(await canonicalise(network));
  return optimiseAhead(quantize({ model, statistics: await calibrate({ model, size, photos }) }));
};

export const operatorsOf = (bytes: Uint8Array): Set<string> =>
  new Set(readModel(bytes).graph.node.map(({ opType }) => opType));
