/** Sends each of the ten breaks through the gate of a model. */
import type { Trial } from "../../shared/manifest.ts";
import { calibrate } from "../../training/export/calibrate.ts";
import { GateRefusedError, runGate } from "../../training/export/gate.ts";
import type { Form, Rung } from "../../training/export/ladder.ts";
import { optimiseAhead } from "../../training/export/optimise-ahead.ts";
import { quantize } from "../../training/export/quantize.ts";
import { agreementOf } from "../../training/export/trial.ts";
import { breaks } from "./breaks.ts";
import { noiseTensor, runNatively, type SmallModel } from "./models.ts";
import { scoreLogits } from "./score-logits.ts";

export interface Refusal {
  name: string;
  /** Share of the gate's views that it moved to another top label. */
  moved: number;
  refused: boolean;
}

const rung = (form: Form): Rung => ({ ...form, build: () => Promise.resolve(form) });

/** Whether the gate refuses a full int8 form on the native engine; the web engine's own form answers as the float model does. */
const isRefused = async (
  bytes: Uint8Array,
  { tensors, labels }: SmallModel,
  float: Float32Array[],
): Promise<Refusal & { trial: Trial }> => {
  const form: Form = { name: "int8", precision: "int8", bytes };
  const logits = await runNatively(bytes, "int8", tensors);
  const trials: Trial[] = [];
  const refused = await runGate({
    ladder: [rung(form), rung({ name: "int8-weights", precision: "int8-weights", bytes })],
    views: tensors,
    float,
    labels,
    score: scoreLogits,
    run: async ({ name }) => (name === "int8" ? logits : float),
    speed: async (forms) => forms.map(() => ({ ms: { native: 1, web: 1 }, cpuMs: { native: 1, web: 1 } })),
    onTrial: (_, trial) => trials.push(trial),
  }).then(
    ({ serve }) => serve.native.name !== "int8",
    (error: unknown) => {
      if (error instanceof GateRefusedError) return true;
      throw error;
    },
  );
  return { name: "", moved: 1 - agreementOf(float, logits), refused, trial: trials[0]! };
};

/** The healthy form first, then each break. */
export const refusalsOf = async (small: SmallModel, calibration: readonly Float32Array[]): Promise<Refusal[]> => {
  const { model, tensors, size } = small;
  const statistics = await calibrate({ model, size, photos: calibration });
  const noise = await calibrate({ model, size, photos: [1, 2, 3, 4].map((seed) => noiseTensor(seed, size)) });
  const float = await runNatively(model, "float32", tensors);
  const healthy = await optimiseAhead(quantize({ model, statistics }));
  const rows: Refusal[] = [{ ...(await isRefused(healthy, small, float)), name: "healthy" }];
  for (const [name, damage] of Object.entries(breaks)) {
    const bytes = await optimiseAhead(damage({ model, statistics, noise }));
    rows.push({ ...(await isRefused(bytes, small, float)), name });
  }
  for (const { name, moved, refused } of rows)
    process.stdout.write(
      `${(100 * moved).toFixed(1).padStart(6)}% moved  ${refused ? "refused" : "passed "}  ${name}\n`,
    );
  return rows;
};
