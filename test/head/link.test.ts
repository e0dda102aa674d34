import { beforeAll, describe, expect, it } from "vitest";
import { trainKerasHead } from "../../training/head/keras/train.ts";
import { trainLinearHead } from "../../training/head/linear.ts";
import { sigmoidLink } from "../../training/head/link.ts";
import { headLogits } from "../../training/head/logits.ts";
import { openRegression } from "../../training/head/regression.ts";
import { loadTensorFlow, type TensorFlow } from "../../training/head/tensorflow.ts";
import { residuals, unexplained } from "../../training/head/whitening.ts";
import { random } from "../drawing.ts";
import { blobs } from "./blobs.ts";

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow();
});

const combinations = [[], [0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];
const [classes, channels] = [3, 24];

/** Each label adds a direction of its own to noise. */
const mixtures = (photos: number, seed: number) => {
  const next = random(seed);
  const labels = Int32Array.from({ length: photos }, () => Math.floor(next() * combinations.length));
  const features = new Float32Array(photos * channels);
  for (const [photo, label] of labels.entries())
    for (let at = 0; at < channels; at++)
      features[photo * channels + at] =
        next() + next() - 1 + (combinations[label]!.some((shown) => at % classes === shown) ? 1 : 0);
  return { features, labels };
};

describe("a head of several labels", () => {
  const problem = () => ({
    tf,
    training: mixtures(300, 1),
    validation: mixtures(150, 2),
    classes,
    combinations,
    groups: [channels],
  });
  const decidedRightly = (
    head: Parameters<typeof headLogits>[0],
    features: Float32Array,
    labels: Int32Array,
  ): number => {
    const rows = headLogits(head, features);
    const right = rows.flatMap((row, photo) =>
      Array.from(row, (logit, label) => logit > 0 === combinations[labels[photo]!]!.includes(label)),
    );
    return right.filter(Boolean).length / right.length;
  };

  it("tells each label for itself: linear", async () => {
    const options = problem();
    const head = await trainLinearHead(options);
    const { validationAccuracy, validationLoss } = head.history.at(-1)!;
    expect(validationAccuracy).toBeGreaterThan(0.95);
    const { features, labels } = options.validation;
    expect(decidedRightly(head, features, labels)).toBeCloseTo(validationAccuracy!, 6);
    let sum = 0;
    for (const [photo, row] of headLogits(head, features).entries())
      for (const [label, logit] of row.entries())
        sum += Math.log1p(Math.exp(combinations[labels[photo]!]!.includes(label) ? -logit : logit));
    expect(sum / labels.length).toBeCloseTo(validationLoss!, 3);
  });

  it("tells each label for itself: keras", async () => {
    const { groups: _, ...options } = problem();
    // mean squares beside the means
    const wide = ({ features, labels }: ReturnType<typeof mixtures>) => ({
      labels,
      features: Float32Array.from({ length: 2 * features.length }, (_, at) => {
        const [photo, channel] = [Math.floor(at / (2 * channels)), at % (2 * channels)];
        const value = features[photo * channels + (channel % channels)]!;
        return channel < channels ? value : value * value + 0.1;
      }),
    });
    const [training, validation] = [wide(options.training), wide(options.validation)];
    const head = await trainKerasHead({ ...options, training, validation, settings: { units: 32, epochs: 25 } });
    expect(decidedRightly(head, validation.features, validation.labels)).toBeGreaterThan(0.95);
  });

  it("descends along the gradient of its loss", () => {
    const { features, labels } = mixtures(40, 3);
    const regression = openRegression(tf, { features, labels }, classes, { penalty: 0.01 }, sigmoidLink(combinations));
    const next = random(9);
    const point = Float32Array.from({ length: (channels + 1) * classes }, () => next() - 0.5);
    const { gradient } = regression.evaluate(point);
    for (const at of [0, 7, 40, channels * classes + 1]) {
      const moved = (by: number) => regression.evaluate(point.map((value, i) => (i === at ? value + by : value))).value;
      expect((moved(0.05) - moved(-0.05)) / 0.1).toBeCloseTo(gradient[at]!, 3);
    }
    regression.dispose();
  });

  it("keeps a little from 0 and 1 where labels are smoothed", () => {
    const targets = sigmoidLink(combinations).targets(tf, Int32Array.of(5, 0), classes, 0.2);
    expect(Array.from(targets.dataSync(), (value) => Number(value.toFixed(6)))).toEqual([0.9, 0.1, 0.9, 0.1, 0.1, 0.1]);
    targets.dispose();
  });
});

describe("unexplained", () => {
  it("is what is left beside the mean of its class where each photo has one label", () => {
    const { features, labels } = blobs(120, 4, 10, 1);
    for (let at = 0; at < 10; at++) {
      const own = [...labels.keys()].map((photo) => features[photo * 10 + at]!);
      const mean = own.reduce((a, b) => a + b, 0) / own.length;
      for (const photo of labels.keys()) features[photo * 10 + at]! -= mean;
    }
    const targets = sigmoidLink([[0], [1], [2], [3]]).targets(tf, labels, 4, 0);
    const [one, other] = [unexplained(tf, features, targets), residuals(features, labels, 4)];
    expect(one).toHaveLength(other.length);
    for (const [at, value] of one.entries()) expect(value).toBeCloseTo(other[at]!, 2);
  });
});
