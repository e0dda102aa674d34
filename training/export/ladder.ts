/** The forms in which a model may be published, from the smallest and fastest to the safest. */
import type { Precision } from "../../shared/engine/engine.ts";
import { halveWeights } from "./halve-weights.ts";
import { optimiseAhead } from "./optimise-ahead.ts";
import { quantize } from "./quantize.ts";
import { quantizeWeights } from "./quantize-weights.ts";
import { sensitiveTensors } from "./sensitive-tensors.ts";
import type { ActivationStatistics } from "./statistics.ts";

export interface Form {
  /** Its file is `model.NAME.onnx`. */
  name: string;
  precision: Precision;
  /** An ONNX file, ready to be served. */
  bytes: Uint8Array;
}

/** A form that is made when it is wanted, once. */
export interface Rung {
  name: string;
  precision: Precision;
  build(): Promise<Form>;
}

/** @param model the float model, an ONNX file */
export const buildLadder = (model: Uint8Array, statistics: ActivationStatistics): Rung[] => [
  rung("int8", "int8", () => optimiseAhead(quantize({ model, statistics, method: "minmax" }))),
  rung("int8-percentile", "int8", () => optimiseAhead(quantize({ model, statistics, method: "percentile" }))),
  rung("int8-mse", "int8", () => optimiseAhead(quantize({ model, statistics, method: "mse" }))),
  rung("int8-partly", "int8", () =>
    optimiseAhead(quantize({ model, statistics, method: "mse", floats: sensitiveTensors(statistics) })),
  ),
  rung("int8-weights", "int8-weights", () => optimiseAhead(quantizeWeights({ model, statistics }))),
  rung("float16", "float16", async () => halveWeights(model)),
];

const rung = (name: string, precision: Precision, make: () => Promise<Uint8Array>): Rung => {
  let form: Promise<Form> | undefined;
  return { name, precision, build: () => (form ??= make().then((bytes) => ({ name, precision, bytes }))) };
};
