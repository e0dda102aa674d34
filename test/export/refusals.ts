/**
 * Sends breaks of quantization through the gate as a training runs it: its own head, held-out logits, views and temperature,
 * each form on the engine that would serve it. A test file puts `throughBreaks` between `train` and its gate.
 */
import { calibrate } from "../../training/export/calibrate.ts";
import type { Form, Rung } from "../../training/export/ladder.ts";
import { optimiseAhead } from "../../training/export/optimise-ahead.ts";
import { compilePlan } from "../../training/export/plan/compile.ts";
import { quantize } from "../../training/export/quantize.ts";
import { quantizeWeights } from "../../training/export/quantize-weights.ts";
import { type ActivationStatistics, activationStatisticsSchema } from "../../training/export/statistics.ts";
import type { FormGateOptions, FormGateResult } from "../../training/form-gate.ts";
import { best } from "../../training/metrics/predictions.ts";
import { type Break, type BreakParts, breaks } from "./breaks.ts";
import { noiseTensor } from "./models.ts";

export interface Refusal {
  /** Of the break; "healthy" for none. */
  name: string;
  /** `int8 native`, `int8-plan web` … */
  form: string;
  /** Share of the gate's views whose top label the form moves, counted here: of photos that judge, that of a head that has not learned from them. */
  moved: number;
  /** What the gate said. */
  refused: boolean;
}

export interface BreaksOptions {
  /** All ten by default. */
  names?: readonly string[];
  /** The engine that runs broken int8 weights: as a plan the lean engine, else both of onnxruntime's. */
  weights: "plan" | "onnx";
}

type RunGate = (options: FormGateOptions) => Promise<FormGateResult>;

const healthy: Break = { int8: quantize, weights: quantizeWeights };

const rung = (name: string, precision: Form["precision"], make: () => Uint8Array | Promise<Uint8Array>): Rung => {
  let form: Promise<Form> | undefined;
  const build = async () => ({ name, precision, bytes: await make() });
  return { name, precision, build: () => (form ??= build()) };
};

/** Broken forms, and int8 weights, broken or not. */
const brokenLadder = (
  { int8, weights }: Break,
  parts: BreakParts,
  run: BreaksOptions["weights"],
): { ladder: Rung[]; broken: Set<string> } => {
  const whole = rung("int8", "int8", () => optimiseAhead(int8(parts)));
  const onnx = rung("int8-weights", "int8-weights", () => optimiseAhead((weights ?? quantizeWeights)(parts)));
  const planOf = ({ name, precision, build }: Rung) =>
    rung(`${name}-plan`, precision, async () => compilePlan((await build()).bytes));
  const broken: Rung[] = [whole, { ...planOf(whole), plan: "int8" }];
  if (run === "plan" && weights) broken.push({ ...planOf(onnx), plan: "int8-weights" });
  const ladder = [...broken, onnx];
  if (weights) broken.push(onnx);
  return { ladder, broken: new Set(broken.map(({ name }) => name)) };
};

const calibrated = async ({ cache }: FormGateOptions): Promise<ActivationStatistics> => {
  const [key] = await cache.list("calibration/");
  return activationStatisticsSchema.parse(JSON.parse(new TextDecoder().decode(await cache.read(key!))));
};

/** What stands between `train` and its gate. Leaves a row per form and engine that the gate tried, and prints it. */
export const throughBreaks =
  (rows: Refusal[], { names = Object.keys(breaks), weights }: BreaksOptions) =>
  async (options: FormGateOptions, runGate: RunGate): Promise<FormGateResult> => {
    const { float: model, input } = options;
    const photos = [1, 2, 3, 4].map((seed) => noiseTensor(seed, input.size));
    const noise = await calibrate({ model, size: input.size, photos });
    const parts: BreakParts = { model, statistics: await calibrated(options), noise };
    const whole = await runGate(options);
    const expected = whole.logits.float.map(best);

    for (const name of ["healthy", ...names]) {
      const { ladder, broken } = brokenLadder(name === "healthy" ? healthy : breaks[name]!, parts, weights);
      // by force, or a gate that refuses all of them would end the training
      const { tried, triedLogits } = await runGate({ ...options, ladder, force: true });
      for (const [i, { form, trial }] of tried.entries()) {
        if (!broken.has(form.name)) continue;
        const refused = !trial.passed;
        const moved =
          triedLogits[i]!.filter((logits, view) => best(logits) !== expected[view]).length / expected.length;
        const where = `${form.name} ${trial.engine}`;
        rows.push({ name, form: where, moved, refused });
        const share = `${(100 * moved).toFixed(1).padStart(6)}% moved`;
        console.log(`${share}  ${refused ? "refused" : "passed "}  ${where.padEnd(22)}  ${name}`);
      }
    }
    return whole;
  };

/** For `vi.mock`: all forms are as fast, so that the order in which they are tried is always the same. */
export const asFast = async (forms: readonly unknown[]) =>
  forms.map(() => ({ ms: { native: 1, web: 1 }, cpuMs: { native: 1, web: 1 } }));
