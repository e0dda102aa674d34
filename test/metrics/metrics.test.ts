import { describe, expect, it } from "vitest";
import { metricsSchema } from "../../shared/metrics.ts";
import { wilsonInterval } from "../../training/metrics/interval.ts";
import { buildMetrics, figuresOf } from "../../training/metrics/metrics.ts";
import type { Predictions } from "../../training/metrics/predictions.ts";
import { scorePredictions } from "../../training/metrics/scores.ts";

const labels = ["a", "b", "c"];
/** Four photos: a as a, a as b, b as b, c as a. */
const predictions: Predictions = {
  scores: [
    [0.8, 0.1, 0.1],
    [0.3, 0.6, 0.1],
    [0.05, 0.9, 0.05],
    [0.5, 0.3, 0.2],
  ].map((row) => Float64Array.from(row)),
  labels: [0, 0, 1, 2],
};

describe("figures", () => {
  it("score predictions as by hand", () => {
    const { photos, top1, interval, top5, nll, ece } = scorePredictions(predictions);
    expect({ photos, top1, top5 }).toEqual({ photos: 4, top1: 0.5, top5: 1 });
    expect(interval).toEqual(wilsonInterval(0.5, 4));
    expect(nll).toBeCloseTo(-(Math.log(0.8) + Math.log(0.3) + Math.log(0.9) + Math.log(0.2)) / 4, 12);
    // Every photo has a bin of its own: |1 - .8|, |0 - .6|, |1 - .9|, |0 - .5|
    expect(ece).toBeCloseTo((0.2 + 0.6 + 0.1 + 0.5) / 4, 12);
  });

  it("count confusions in rows of truth, and derive precision, recall and F1", () => {
    const { confusion, perClass } = figuresOf(predictions, labels);
    expect(confusion).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [1, 0, 0],
    ]);
    expect(perClass).toEqual([
      { label: "a", precision: 0.5, recall: 0.5, f1: 0.5, support: 2 },
      { label: "b", precision: 0.5, recall: 1, f1: 2 / 3, support: 1 },
      { label: "c", precision: 0, recall: 0, f1: 0, support: 1 },
    ]);
  });

  it("put every photo into one of fifteen bins, a score of 1 into the last", () => {
    const sure = { scores: [Float64Array.from([1, 0, 0])], labels: [0] };
    const bins = figuresOf(sure, labels).reliability;
    expect(bins).toHaveLength(15);
    expect(bins.at(-1)).toMatchObject({ photos: 1, confidence: 1, accuracy: 1 });
  });

  it("rank the label beyond five as no top-5", () => {
    const row = Float64Array.from([0.3, 0.2, 0.15, 0.14, 0.11, 0.1]);
    expect(scorePredictions({ scores: [row, row], labels: [4, 5] }).top5).toBe(0.5);
  });

  it("stay finite for a score of zero and for no photos", () => {
    expect(scorePredictions({ scores: [Float64Array.from([1, 0])], labels: [1] }).nll).toBeLessThan(1000);
    expect(scorePredictions({ scores: [], labels: [] })).toEqual({
      photos: 0,
      top1: 0,
      interval: [0, 1],
      top5: 0,
      nll: 0,
      ece: 0,
    });
  });
});

describe("metrics.json", () => {
  it("is what its schema says, through JSON", () => {
    const photos = [
      { label: 0, part: "training" as const },
      { label: 0, part: "validation" as const },
      { label: 2, part: "validation" as const },
    ];
    const figures = figuresOf(predictions, labels);
    const metrics = buildMetrics({
      dataset: { labels, photos },
      judged: { method: "held-out", heads: 1, photos: 4 },
      float: figures,
      served: { ...figures, scores: { ...figures.scores, top1: 0.25 } },
      unknown: { kept: 0.95, hidden: { photos: 3, rounds: 4, auroc: 0.9, refused: 0.5 } },
      optimistic: { photos: 2, reason: "they are ImageNet's" },
    });
    expect(metricsSchema.parse(JSON.parse(JSON.stringify(metrics)))).toEqual(metrics);
    expect(metrics.method?.float).toContain("training photos alone");
    expect(metrics.served.scores.top1).toBe(0.25);
    const { method, judged, unknown, optimistic, ...older } = metrics;
    expect(metricsSchema.parse(older)).toEqual(older);
    expect(metrics.classCounts).toEqual([
      { label: "a", training: 1, validation: 1 },
      { label: "b", training: 0, validation: 0 },
      { label: "c", training: 0, validation: 1 },
    ]);
  });
});
