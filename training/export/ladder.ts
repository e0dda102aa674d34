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

export type PlanFamily = "int8" | "int8-partly" | "int8-weights";

/** A form that is made when it is wanted, once. */
export interface Rung {
  name: string;
  precision: Precision;
  /** Of a plan for the lean engine: what it is compiled of. All of one family have the same operators. */
  plan?: PlanFamily;
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
  const partly = rung("int8-partly", "int8", () =>
    optimiseAhead(quantize({ model, statistics, method: "mse", floats: sensitiveTensors(statistics) })),
  );
  const weights = rung("int8-weights", "int8-weights", () => optimiseAhead(quantizeWeights({ model, statistics })));
  return [
    ...whole,
    partly,
    ...whole.map((form) => planOf(form, "int8")),
    planOf(partly, "int8-partly"),
    planOf(weights, "int8-weights"),
    weights,
    rung("float16", "float16", async () => halveWeights(model)),
  ];
};

const planOf = ({ name, precision, build }: Rung, plan: PlanFamily): Rung => ({
  ...rung(`${name}-plan`, precision, async () => compilePlan((await build()).bytes)),
  plan,
});

const rung = (name: string, precision: Precision, make: () => Promise<Uint8Array>): Rung => {
  let form: Promise<Form> | undefined;
  return { name, precision, build: () => (form ??= make().then((bytes) => ({ name, precision, bytes }))) };
};
