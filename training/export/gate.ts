/**
 * No model answers because it was trained: for each engine the form chosen for it runs on that engine, through the serving
 * path, and must agree with the float model. A refused form is followed by the next, safer one.
 */
import type { EngineKind } from "../../shared/engine/engine.ts";
import type { Manifest, Trial } from "../../shared/manifest.ts";
import type { Form, Rung } from "./ladder.ts";
import type { Speed } from "./measure-speed.ts";
import { buildIfThere, firstPlan, type MissingPlans, notesOfMissing } from "./missing-plans.ts";
import { judge, percent, type TrialInput } from "./trial.ts";

/** Fewer views would let a bad form pass by luck. */
export const fewestViews = 500;

/** With fewer validation photos, one of them is more than three points. */
const fewestValidation = 30;

/** A form that an engine does not prefer must take at most this share of the preferred one's time. */
const fasterBy = 0.85;

export interface GateInput<View> extends Pick<TrialInput, "float" | "labels" | "score" | "agreement"> {
  ladder: readonly Rung[];
  /** At least 500: photos, or more views of them where they are fewer. Parallel to `float` and `labels`. */
  views: readonly View[];
  /** Logits per view, through the serving path. */
  run(form: Form, engine: EngineKind, views: readonly View[]): Promise<readonly Float32Array[]>;
  /** `measureSpeed` for this model's input size, both engines. */
  speed(forms: readonly Form[]): Promise<Speed[]>;
  /** Whether the form can run at the edge; asked for a form that would replace the web engine's preferred one. */
  fitsEdge?(form: Form): Promise<boolean>;
  /** Publish the best of the refused forms. */
  force?: boolean;
  onTrial?(form: Form, trial: Trial): void;
}

export interface Tried {
  form: Form;
  trial: Trial;
}

export interface GateResult {
  serve: Record<EngineKind, Form>;
  /** The forms that are served, each with its speeds and the trials it had. */
  files: { form: Form; ms: Speed["ms"]; trials: Trial[] }[];
  /** The trial of the form served by each engine. */
  trials: Record<EngineKind, Trial>;
  /** Every form that had a trial, the refused ones too, in the order of their trials. */
  tried: Tried[];
  /** Forms whose speed was measured. */
  measured: { form: Form; ms: Speed["ms"] }[];
  gate: Manifest["gate"];
}

/** Every form was refused. The command line ends with exit code 3. */
export class GateRefusedError extends Error {
  override readonly name = "GateRefusedError";
  readonly trials: readonly { form: string; trial: Trial }[];

  constructor(engine: EngineKind, trials: readonly { form: string; trial: Trial }[]) {
    const reasons = trials.map(({ form, trial }) => `${form} ${trial.reason}`).join("; ");
    super(
      `the gate refused every form on the ${engine} engine: ${reasons}. ` +
        "Train with more photos or another backbone, or publish it all the same with --force",
    );
    this.trials = trials;
  }
}

/**
 * @throws GateRefusedError when an engine has no form that passes, unless `force`
 * @throws Error when there are fewer than 500 views
 */
export const runGate = async <View>(input: GateInput<View>): Promise<GateResult> => {
  const { views, float, labels } = input;
  if (views.length < fewestViews || float.length !== views.length || labels.length !== views.length)
    throw new Error(
      `the gate got ${views.length} views, ${float.length} float answers and ${labels.length} labels; ` +
        `it needs as many of each, ${fewestViews} or more: add flips and crops of the photos`,
    );
  const speeds = new Map<Form, Speed>();
  const measure = async (forms: readonly Form[]): Promise<void> => {
    const measured = await input.speed(forms);
    for (const [i, form] of forms.entries()) speeds.set(form, measured[i]!);
  };
  const missing: MissingPlans = new Map();
  const plan = await firstPlan(input.ladder, missing);
  const ladder = input.ladder.filter(({ plan }) => !plan || !missing.has(plan));
  const [int8, weights] = [rungFor(ladder, "int8"), rungFor(ladder, "int8-weights")];
  await measure([await int8.build(), await weights.build(), ...(plan ? [plan] : [])]);

  const native = await chooseForm({ ...input, ladder }, "native", speeds, missing);
  const web = await chooseForm({ ...input, ladder }, "web", speeds, missing);
  const served = [...new Set([native.form, web.form])];
  for (const form of served) if (!speeds.has(form)) await measure([form]);
  const all = [...native.tried, ...web.tried];
  const passed = native.trial.passed && web.trial.passed;
  return {
    serve: { native: native.form, web: web.form },
    files: served.map((form) => ({
      form,
      ms: speeds.get(form)!.ms,
      trials: all.filter((tried) => tried.form === form).map(({ trial }) => trial),
    })),
    trials: { native: native.trial, web: web.trial },
    tried: all.map(({ form, trial }) => ({ form, trial })),
    measured: [...speeds].map(([form, { ms }]) => ({ form, ms })),
    gate: {
      passed,
      forced: !passed,
      precomputed: false,
      notes: [...notesOfMissing(input.ladder, missing), ...notesOf(all, input)],
    },
  };
};

/** Climbs the engine's ladder until a form passes, so that only forms that would be served cost a trial. */
const chooseForm = async <View>(
  input: GateInput<View>,
  engine: EngineKind,
  speeds: ReadonlyMap<Form, Speed>,
  missing: MissingPlans,
): Promise<Tried & { tried: Tried[] }> => {
  const tried: Tried[] = [];
  for (const rung of await orderFor(input, engine, speeds)) {
    const form = await buildIfThere(rung, missing);
    if (!form) continue;
    const logits = await input.run(form, engine, input.views);
    const { float, labels, score, agreement } = input;
    const trial = judge({ engine, logits, float, labels, score, agreement });
    input.onTrial?.(form, trial);
    tried.push({ form, trial });
    if (trial.passed) return { form, trial, tried };
  }
  if (!input.force)
    throw new GateRefusedError(
      engine,
      tried.map(({ form, trial }) => ({ form: form.name, trial })),
    );
  const best = tried.reduce((a, b) => (b.trial.agreement > a.trial.agreement ? b : a));
  return { ...best, tried };
};

/**
 * Both engines prefer full int8: native as ONNX, the web engine as a plan, after which it takes plans with ever more in float.
 * Where there is no plan it prefers int8 weights, since onnxruntime-web's depthwise convolutions are slow in integers. Another
 * of the two comes first only where it is clearly faster, and at the edge only if it fits there.
 */
const orderFor = async <View>(
  { ladder, fitsEdge }: GateInput<View>,
  engine: EngineKind,
  speeds: ReadonlyMap<Form, Speed>,
): Promise<readonly Rung[]> => {
  const order = ladder.filter(({ precision, plan }) => (engine === "native" ? !plan : plan || precision !== "int8"));
  const preferred = engine === "native" ? rungFor(order, "int8") : order[0]!;
  const other = preferred.precision === "int8" ? rungFor(ladder, "int8-weights") : rungFor(ladder, "int8");
  const ms = async (rung: Rung): Promise<number> => speeds.get(await rung.build())!.cpuMs[engine]!;
  if (!((await ms(other)) <= fasterBy * (await ms(preferred)))) return order;
  if (engine === "web" && fitsEdge && !(await fitsEdge(await other.build()))) return order;
  return [other, ...order.filter((rung) => rung !== other)];
};

const rungFor = (ladder: readonly Rung[], precision: Form["precision"]): Rung => {
  const found = ladder.find((rung) => rung.precision === precision && !rung.plan);
  if (!found) throw new Error(`the ladder has no ${precision} form; build it with buildLadder`);
  return found;
};

const notesOf = (
  tried: readonly Tried[],
  { labels, agreement: several }: Pick<TrialInput, "labels" | "agreement">,
): string[] => {
  const validation = labels.filter((label) => label !== undefined).length;
  const refusals = tried
    .filter(({ trial }) => !trial.passed)
    .map(({ form, trial }) => `${form.name} was refused on the ${trial.engine} engine: it ${trial.reason}`);
  const agreements = tried
    .filter(({ trial }) => trial.passed)
    .map(
      ({ form, trial }) =>
        `${form.name} agrees on ${percent(trial.agreement)} of ${several ? `the labels given on ${trial.views}` : trial.views} views (${trial.engine})`,
    );
  const accuracy =
    validation < fewestValidation
      ? [`${validation} validation photos: accuracy cannot be judged, ${fewestValidation} or more are needed`]
      : [];
  return [...refusals, ...agreements, ...accuracy];
};
