/** The forms in which a model may be published, from the smallest and fastest to the safest. */
import type { EngineKind, Precision } from "../../shared/engine/engine.ts";
import { isPlan, planFile } from "../../shared/engine/lean/is-plan.ts";
import { halveWeights } from "./halve-weights.ts";
import { optimiseAhead } from "./optimise-ahead.ts";
import { compilePlan } from "./plan/compile.ts";
import { quantize } from "./quantize.ts";
import { quantizeWeights } from "./quantize-weights.ts";
import { sensitiveTensors } from "./sensitive-tensors.ts";
import type { ActivationStatistics } from "./statistics.ts";

export interface Form {
  name: string;
  precision: Precision;
  /** An ONNX file or a plan for the lean engine, ready to be served. */
  bytes: Uint8Array;
}

/** The form's file in the published version. */
export const pathOf = ({ name, bytes }: Form): string => (isPlan(bytes) ? planFile : `model.${name}.onnx`);

/** Plans are for the lean engine, which is the web's. */
export const runsOn = ({ bytes }: Form, engine: EngineKind): boolean => engine === "web" || !isPlan(bytes);

/** A form that is made when it is wanted, once. */
export interface Rung {
  name: string;
  precision: Precision;
  /** A plan for the lean engine. */
  plan?: true;
  /** @throws NoPlanError when it would be a plan, but the graph has none */
  build(): Promise<Form>;
}

/** @param model the float model, an ONNX file */
export const buildLadder = (model: Uint8Array, statistics: ActivationStatistics): Rung[] => {
  const whole = (["minmax", "percentile", "mse"] as const).map((method) =>
    rung(method === "minmax" ? "int8" : `int8-${method}`, "int8", () =>
      optimiseAhead(quantize({ model, statistics, method })),
    ),
  );
  return [
    ...whole,
    rung("int8-partly", "int8", () =>
      optimiseAhead(quantize({ model, statistics, method: "mse", floats: sensitiveTensors(statistics) })),
    ),
    ...whole.map(
      ({ name, build }): Rung => ({
        ...rung(`${name}-plan`, "int8", async () => compilePlan((await build()).bytes)),
        plan: true,
      }),
    ),
    rung("int8-weights", "int8-weights", () => optimiseAhead(quantizeWeights({ model, statistics }))),
    rung("float16", "float16", async () => halveWeights(model)),
  ];
};

const rung = (name: string, precision: Precision, make: () => Promise<Uint8Array>): Rung => {
  let form: Promise<Form> | undefined;
  return { name, precision, build: () => (form ??= make().then((bytes) => ({ name, precision, bytes }))) };
};
