import { beforeAll, describe, expect, it } from "vitest";
import { softmax } from "../../../shared/classifier/scores.ts";
import type { Epoch } from "../../../shared/training-facts.ts";
import { createCache } from "../../../training/cache.ts";
import type { KerasHead, LabelledFeatures } from "../../../training/head/head.ts";
import { trainKerasHead } from "../../../training/head/keras/train.ts";
import { headLogits } from "../../../training/head/logits.ts";
import { loadTensorFlow, type TensorFlow } from "../../../training/head/tensorflow.ts";
import { createMemoryStore } from "../../store/memory.ts";
import { blobs } from "../blobs.ts";

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow();
});

const [classes, channels] = [3, 12];
/** Means as drawn, mean squares as of maps that vary a little. */
const momentsOf = ({ features, labels }: LabelledFeatures): LabelledFeatures => {
  const both = new Float32Array(2 * features.length);
  for (let photo = 0; photo < labels.length; photo++)
    for (let at = 0; at < channels; at++) {
      const mean = features[photo * channels + at]!;
      both[photo * 2 * channels + at] = mean;
      both[photo * 2 * channels + channels + at] = mean ** 2 + 0.1;
    }
  return { features: both, labels };
};
const training = momentsOf(blobs(150, classes, channels, 1, 0.5));
const validation = momentsOf(blobs(60, classes, channels, 2, 0.5));
const problem = (settings = {}) => ({
  tf,
  training,
  validation,
  classes,
  settings: { units: 16, epochs: 6, learningRate: 0.01, ...settings },
});
const rightShare = (head: KerasHead, { features, labels }: LabelledFeatures, of?: number): number => {
  const answers = headLogits(head, features).map((row) => row.indexOf(Math.max(...row)));
  const asked = [...labels.keys()].filter((photo) => of === undefined || labels[photo] === of);
  return asked.filter((photo) => answers[photo] === labels[photo]).length / asked.length;
};

describe("trainKerasHead", () => {
  it("learns, and what comes out says what its last epochs said", async () => {
    const rows: Epoch[] = [];
    const head = await trainKerasHead({ ...problem({ epochs: 40 }), onEpoch: (row) => void rows.push(row) });
    expect(rows).toEqual(head.history);
    expect(rows[0]!.loss).toBeGreaterThan(2 * rows.at(-1)!.loss);
    expect(rightShare(head, validation)).toBeGreaterThan(0.8);
    // the lowest loss on the photos it stops by is that of one of its epochs
    expect(rows.map(({ validationAccuracy }) => validationAccuracy)).toContain(rightShare(head, validation));
  });

  it("stops when the photos it keeps out have gained nothing for a while, and keeps the best weights", async () => {
    const settings = { epochs: 200, patience: 4, plateau: 2, learningRate: 0.05 };
    const head = await trainKerasHead(problem(settings));
    expect(head.history.length).toBeLessThan(120);
    const rates = head.history.map(({ learningRate }) => learningRate!);
    expect(rates[0]).toBe(0.05);
    expect(rates.at(-1)).toBeLessThan(0.05);
    const shorter = await trainKerasHead(problem({ ...settings, epochs: head.history.length - 4 }));
    expect(shorter.output).toEqual(head.output);
  });

  it("lets the rate fall along a cosine where that is wanted", async () => {
    const { history } = await trainKerasHead(problem({ schedule: "cosine", plateau: 100 }));
    const expected = history.map((_, at) => (0.01 * (1 + Math.cos((Math.PI * at) / 6))) / 2);
    expect(history.map(({ learningRate }) => learningRate)).toEqual(expected);
  });

  it("gives the same numbers again, and others for another seed", async () => {
    const [one, two, other] = [
      await trainKerasHead(problem()),
      await trainKerasHead(problem()),
      await trainKerasHead(problem({ seed: 2 })),
    ];
    expect([two.hidden, two.output]).toEqual([one.hidden, one.output]);
    expect(other.hidden).not.toEqual(one.hidden);
  });

  it("goes on where it was stopped, within an epoch too, and ends in the same numbers", async () => {
    const whole = await trainKerasHead(problem());
    const kept = { ...problem(), cache: createCache(createMemoryStore(), expect.unreachable) };
    for (const stop of [2, 4]) {
      const stopping = new AbortController();
      const onEpoch = ({ epoch }: Epoch) => epoch === stop && stopping.abort(new Error(`stopped after ${stop}`));
      await expect(trainKerasHead({ ...kept, onEpoch, signal: stopping.signal })).rejects.toThrow(
        `stopped after ${stop}`,
      );
    }
    const trained: number[] = [];
    const before = tf.memory().numTensors;
    const resumed = await trainKerasHead({ ...kept, onEpoch: ({ epoch }) => void trained.push(epoch) });
    expect(trained).toEqual([5, 6]);
    expect([resumed.hidden, resumed.output]).toEqual([whole.hidden, whole.output]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("is the less sure, the more labels are smoothed", async () => {
    const surest = async (labelSmoothing: number) => {
      const head = await trainKerasHead(problem({ epochs: 30, labelSmoothing }));
      return Math.max(...headLogits(head, validation.features).map((row) => Math.max(...softmax(row, 1))));
    };
    expect(await surest(0.3)).toBeLessThan(await surest(0));
  });

  it("counts a rare class as much as the others where classes are balanced", async () => {
    const rare = momentsOf(blobs(150, classes, channels, 1, 1.6));
    const few = [...rare.labels.keys()].filter((photo) => rare.labels[photo] !== 2 || photo % 10 === 2);
    const unbalanced: LabelledFeatures = {
      features: Float32Array.from(few.flatMap((photo) => [...rare.features.subarray(photo * 24, photo * 24 + 24)])),
      labels: Int32Array.from(few, (photo) => rare.labels[photo]!),
    };
    const judged = momentsOf(blobs(300, classes, channels, 3, 1.6));
    const recall = async (classWeights: "balanced" | "none") => {
      const settings = problem({ epochs: 20, classWeights });
      return rightShare(await trainKerasHead({ ...settings, training: unbalanced }), judged, 2);
    };
    expect(await recall("balanced")).toBeGreaterThan((await recall("none")) + 0.1);
  });

  it("learns from a few photos without keeping any out", async () => {
    const few = { features: training.features.slice(0, 12 * 24), labels: training.labels.slice(0, 12) };
    const head = await trainKerasHead({ ...problem({ epochs: 30 }), training: few });
    expect(rightShare(head, few)).toBeGreaterThan(0.9);
  });

  it("refuses what is no number", async () => {
    const damaged = { ...training, features: training.features.map((value, at) => (at === 5 ? Number.NaN : value)) };
    await expect(trainKerasHead({ ...problem(), training: damaged })).rejects.toThrow(/hold what is no number/);
  });
});
