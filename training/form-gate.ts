/** The gate on this machine: each form runs on the engine it is for, in worker threads, through the serving path. */
import { calibrate } from "../shared/classifier/scores.ts";
import type { Engine, EngineKind } from "../shared/engine/engine.ts";
import type { Scores } from "../shared/manifest.ts";
import type { InputSpec } from "../shared/pixels/pixels.ts";
import { Problem } from "../shared/problem.ts";
import { largestShift } from "../shared/verify/compare.ts";
import { type GateResult, runGate } from "./export/gate.ts";
import type { Form, Rung } from "./export/ladder.ts";
import { measureSpeed } from "./export/measure-speed.ts";
import type { TrialInput } from "./export/trial.ts";
import { type ExtractionProgress, type ExtractOptions, extractFeatures } from "./features/extract.ts";
import type { Work } from "./features/messages.ts";
import type { GateView } from "./gate-views.ts";
import { moveHeldOut } from "./judging/held-out.ts";
import { scorePredictions } from "./metrics/scores.ts";
import type { Progress } from "./progress.ts";

export interface FormGateOptions extends Omit<ExtractOptions, "work" | "onProgress"> {
  /** The float model, an ONNX file. */
  float: Uint8Array;
  /** The float model's logits of a view, where the training has computed them already; a few are computed again and compared. */
  knownFloat?: (view: GateView) => Float32Array | undefined;
  /**
   * Logits of a head that has not learned from the photo, where the float model's has. A judging photo's view is then
   * judged by these, moved by as much as the form moves the float model's: accuracy and agreement are those of unseen photos,
   * and what the form changes is still measured on the very model that is published, photo by photo.
   */
  heldOutFloat?: (view: GateView) => Float32Array | undefined;
  ladder: readonly Rung[];
  views: readonly GateView[];
  input: InputSpec;
  /** How forms are held against the float model. */
  measure: Pick<TrialInput, "score" | "agreement">;
  engines: Record<EngineKind, Engine>;
  fitsEdge: (form: Form) => Promise<boolean>;
  force: boolean;
  progress: Progress;
}

export interface FormGateResult extends GateResult {
  /** Per view: the float model's logits, and those of the form that each engine serves; held-out ones where there are any. */
  logits: Record<EngineKind | "float", Float32Array[]>;
  /** The same of every form that had a trial, in the order of `tried`. */
  triedLogits: Float32Array[][];
}

export const runFormGate = async (options: FormGateOptions): Promise<FormGateResult> => {
  const { float, ladder, views, input, measure, engines, fitsEdge, force, progress, heldOutFloat } = options;
  const stage = progress.stage("gate");
  const logitsOf = async (model: Required<Work>["model"], views: readonly GateView[]): Promise<Float32Array[]> => {
    const onProgress = ({ done, total }: ExtractionProgress) => stage.update(done, total);
    const { features } = await extractFeatures(views, { ...options, work: { input, model }, onProgress });
    for (const logits of features) if (logits instanceof Problem) throw logits;
    return features as Float32Array[];
  };

  const floatLogits = await completeFloat(options, (views) =>
    logitsOf({ bytes: float, precision: "float32", engine: "native" }, views),
  );
  const heldOut = views.map((view) => (view.label === undefined ? undefined : heldOutFloat?.(view)));
  const asHeldOut = (logits: readonly Float32Array[]) => moveHeldOut(heldOut, floatLogits, logits);
  const judgedFloat = asHeldOut(floatLogits);
  const seen = new Map<string, Float32Array[]>();
  const keyOf = (form: Form, engine: EngineKind) => `${engine} ${form.name}`;
  const gated = await runGate({
    ladder,
    views,
    float: judgedFloat,
    labels: views.map(({ label }) => label),
    ...measure,
    async run(form, engine) {
      const logits = asHeldOut(await logitsOf({ bytes: form.bytes, precision: form.precision, engine }, views));
      seen.set(keyOf(form, engine), logits);
      return logits;
    },
    speed: (forms) => measureSpeed(forms, input.size, [engines.native, engines.web]),
    fitsEdge,
    force,
  });
  const { serve, trials } = gated;
  const agreed = (engine: EngineKind) => `${serve[engine].name} ${(trials[engine].agreement * 100).toFixed(1)}%`;
  stage.end(`agrees on ${views.length} views: native ${agreed("native")}, web ${agreed("web")}`);
  return {
    ...gated,
    triedLogits: gated.tried.map(({ form, trial }) => seen.get(keyOf(form, trial.engine))!),
    logits: {
      float: judgedFloat,
      native: seen.get(keyOf(serve.native, "native"))!,
      web: seen.get(keyOf(serve.web, "web"))!,
    },
  };
};

/** Known logits that are computed again: enough to tell that the exported graph is what was trained. */
const COMPARED = 16;

/** Sums in another order; a graph that was put together wrongly is off by far more. */
const TOLERANCE = 1e-2;

/** @throws Error when the float model says something else than the training knew */
const completeFloat = async (
  { views, knownFloat }: Pick<FormGateOptions, "views" | "knownFloat">,
  run: (views: readonly GateView[]) => Promise<Float32Array[]>,
): Promise<Float32Array[]> => {
  const known = views.map((view) => knownFloat?.(view));
  const wanted = [...views.keys()].filter((view) => known[view] === undefined || view < COMPARED);
  const computed = await run(wanted.map((view) => views[view]!));
  for (const [i, view] of wanted.entries()) {
    const off = largestShift(known[view] ?? computed[i]!, computed[i]!);
    if (!(off <= TOLERANCE))
      throw new Error(
        `the exported graph's logits of ${views[view]!.path} are off by ${off} from the trained head's; nothing was published, please report this`,
      );
    known[view] = computed[i]!;
  }
  return known as Float32Array[];
};

/** Of single-label logits, as the classifier calibrates them. */
export const score = (logits: readonly Float32Array[], labels: readonly number[], temperature: number): Scores =>
  scorePredictions({ scores: logits.map((row) => calibrate(row, { task: "single-label", temperature })), labels });
