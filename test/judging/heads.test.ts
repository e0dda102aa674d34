import { describe, expect, it } from "vitest";
import { type FeatureRows, rowsOf } from "../../training/features/gather.ts";
import type { LabelledFeatures, LinearHead } from "../../training/head/head.ts";
import { trainLinearHead } from "../../training/head/linear.ts";
import { headLogits } from "../../training/head/logits.ts";
import { loadTensorFlow } from "../../training/head/tensorflow.ts";
import { openTrainer } from "../../training/head/trainer.ts";
import { answerFrozen, trainHeads } from "../../training/judging/heads.ts";
import { moveHeldOut } from "../../training/judging/held-out.ts";
import type { Judges } from "../../training/judging/judges.ts";
import type { Progress } from "../../training/progress.ts";
import { blobs } from "../head/blobs.ts";

const silent: Progress = { line() {}, stage: () => ({ update() {}, end() {} }) };
const [classes, channels] = [3, 16];
const asRows = (looks: LabelledFeatures, photos: number): FeatureRows => ({
  ...looks,
  photo: Int32Array.from(looks.labels, (_, row) => row % photos),
});
const rows = asRows(blobs(75, classes, channels, 1), 75);
const join = (...sets: LabelledFeatures[]) => ({
  features: Float32Array.from(sets.flatMap(({ features }) => [...features])),
  labels: Int32Array.from(sets.flatMap(({ labels }) => [...labels])),
});
/** Every fifth photo judges nothing, the others are answered by one of two heads. */
const judges: Judges = {
  method: "out-of-fold",
  heads: 2,
  of: Array.from({ length: 75 }, (_, photo) => (photo % 5 === 4 ? undefined : photo % 2)),
};
/** A linear head of these. */
const alone = async (training: LabelledFeatures): Promise<LinearHead> =>
  trainLinearHead({ tf: await loadTensorFlow(), training, classes, groups: [channels] });
const options = async () => ({
  train: openTrainer(
    { kind: "linear" },
    { tf: await loadTensorFlow(), groups: [channels], cache: undefined, signal: undefined },
  ),
  answer: answerFrozen,
  classes,
  steps: 30,
  progress: silent,
});

describe("trainHeads", () => {
  it("publishes a head of all photos, and answers each photo by one that has not learned from it", async () => {
    const shared = await options();
    const { published, logits, history } = await trainHeads({ ...shared, rows, judges });
    expect(published).toMatchObject({ weights: (await alone(rows)).weights });
    for (const judge of [0, 1]) {
      const training = rowsOf(rows, (photo) => judges.of[photo] !== judge);
      const answers = headLogits(await alone(training), rows.features);
      for (const [photo, of] of judges.of.entries()) if (of === judge) expect(logits[photo]).toEqual(answers[photo]);
    }
    for (const [photo, of] of judges.of.entries()) expect(logits[photo] === undefined).toBe(of === undefined);
    expect(history.every(({ validationLoss }) => validationLoss! > 0)).toBe(true);
  });

  it("learns from further looks at a photo, but never from one at a photo that it answers", async () => {
    const shared = await options();
    // two further looks at each photo
    const augmented = asRows(blobs(150, classes, channels, 3), 75);
    const heads = await trainHeads({ ...shared, rows, augmented, judges });
    const learned = (wanted: (photo: number) => boolean) => join(rowsOf(rows, wanted), rowsOf(augmented, wanted));
    const everything = await alone(learned(() => true));
    expect(heads.published).toMatchObject({ weights: everything.weights });
    const first = await alone(learned((photo) => judges.of[photo] !== 0));
    expect(heads.logits[0]).toEqual(headLogits(first, rows.features)[0]);
  });

  it("counts how far it is over all heads, and never back", async () => {
    const counted: [done: number, total: number][] = [];
    const progress: Progress = {
      ...silent,
      stage: () => ({ update: (...counts) => void counted.push(counts), end() {} }),
    };
    await trainHeads({ ...(await options()), rows, judges, progress });
    const steps = counted.map(([done]) => done);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    // two heads that judge, and the published one
    expect(new Set(counted.map(([, total]) => total))).toEqual(new Set([90]));
    expect(steps.at(-1)).toBeGreaterThan(60);
    expect(steps.at(-1)).toBeLessThanOrEqual(90);
  });

  it("needs photos to judge by", async () => {
    const none: Judges = { method: "held-out", heads: 1, of: new Array<undefined>(75).fill(undefined) };
    await expect(trainHeads({ ...(await options()), rows, judges: none })).rejects.toThrow(/add different photos/);
  });
});

describe("moveHeldOut", () => {
  it("moves held-out logits by what the form changes, and leaves a form alone where there are none", () => {
    const [float, form] = [Float32Array.of(4, 0), Float32Array.of(3.5, 0.25)];
    const moved = moveHeldOut([Float32Array.of(1, 1), undefined], [float, float], [form, form]);
    expect(moved).toEqual([Float32Array.of(0.5, 1.25), form]);
  });

  it("keeps a broken form broken", () => {
    const moved = moveHeldOut([Float32Array.of(1, 1)], [Float32Array.of(4, 0)], [Float32Array.of(Number.NaN, 0)]);
    expect(moved[0]![0]).toBeNaN();
  });
});
