import { describe, expect, it } from "vitest";
import { averagePrecision } from "../../training/metrics/average-precision.ts";
import { bootstrapIntervals } from "../../training/metrics/bootstrap.ts";
import { decisionFigures, type LabelPredictions, labelFigures } from "../../training/metrics/decisions.ts";
import { scoreLabels } from "../../training/metrics/label-metrics.ts";

describe("averagePrecision", () => {
  it("is worked out by hand: precisions where recall rises, weighed by how much it does", () => {
    // .9 right (1/1), .8 wrong, .7 right (2/3), .6 wrong, .5 right (3/5)
    expect(averagePrecision([0.9, 0.8, 0.7, 0.6, 0.5], [1, 0, 1, 0, 1])).toBeCloseTo((1 + 2 / 3 + 3 / 5) / 3, 12);
  });

  it("is that of scikit-learn's own example", () => {
    expect(averagePrecision([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBeCloseTo(0.8333333333333333, 12);
  });

  it("lets photos of equal score pass a threshold together", () => {
    expect(averagePrecision([0.5, 0.5, 0.5, 0.5], [1, 0, 0, 0])).toBe(0.25);
    expect(averagePrecision([0.5, 0.5, 0.1], [0, 1, 1])).toBeCloseTo(0.5 * 0.5 + 0.5 * (2 / 3), 12);
  });

  it("is 1 where all photos with the label come first, and unknown where there are none", () => {
    expect(averagePrecision([0.9, 0.8, 0.1], [1, 1, 0])).toBe(1);
    expect(averagePrecision([0.9, 0.1], [0, 0])).toBeUndefined();
  });

  it("counts a photo as often as it was drawn", () => {
    const [scores, shown] = [
      [0.9, 0.7, 0.4],
      [0, 1, 1],
    ];
    expect(averagePrecision(scores!, shown!, [2, 0, 1])).toBe(averagePrecision([0.9, 0.9, 0.4], [0, 0, 1]));
  });
});

/** Park and Miller's generator, so that another language can draw the same. */
const drawn = (photos: number, labels: number): LabelPredictions => {
  let state = 7;
  const dice = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const shown: number[][] = [];
  const scores: Float64Array[] = [];
  for (let photo = 0; photo < photos; photo++) {
    const truth = Array.from({ length: labels }, () => (dice() < 0.3 ? 1 : 0));
    scores.push(Float64Array.from(truth, (has) => Math.round((0.3 * has + 0.7 * dice()) * 20) / 20));
    shown.push(truth.flatMap((has, label) => (has ? [label] : [])));
  }
  return { scores, shown, thresholds: scores.map(() => new Float64Array(labels).fill(0.5)) };
};

describe("the figures of several labels", () => {
  const predictions = drawn(60, 4);

  it("are those of scikit-learn 1.9.1: average_precision_score, f1_score and accuracy_score", () => {
    const figures = labelFigures(predictions, ["a", "b", "c", "d"], [0.5, 0.5, 0.5, 0.5]);
    const expected = [0.7966342416800083, 0.7192640647396082, 0.6106419669259959, 0.7850526334935888];
    for (const [label, { averagePrecision }] of figures.entries())
      expect(averagePrecision).toBeCloseTo(expected[label]!, 12);
    const { map, microF1, macroF1, exact } = decisionFigures(predictions, 4);
    expect(map).toBeCloseTo(0.7278982267098002, 12);
    expect(microF1).toBeCloseTo(0.644808743169399, 12);
    expect(macroF1).toBeCloseTo(0.6391737891737892, 12);
    expect(exact).toBeCloseTo(0.26666666666666666, 12);
  });

  it("leave out of their means a label that no photo has", () => {
    const wider: LabelPredictions = {
      ...predictions,
      scores: predictions.scores.map((row) => Float64Array.of(...row, 0.9)),
      thresholds: predictions.thresholds.map((row) => Float64Array.of(...row, 0.95)),
    };
    const { map, macroF1 } = decisionFigures(wider, 5);
    expect(map).toBeCloseTo(0.7278982267098002, 12);
    expect(macroF1).toBeCloseTo(0.6391737891737892, 12);
    const [, , , , none] = labelFigures(wider, ["a", "b", "c", "d", "e"], [0.5, 0.5, 0.5, 0.5, 0.95]);
    expect(none).toEqual({ label: "e", precision: 0, recall: 0, f1: 0, support: 0, threshold: 0.95 });
  });

  it("say of photos that have labels how often the best one is right, and NLL of all a photo's labels", () => {
    const scores = [Float64Array.of(0.9, 0.2), Float64Array.of(0.3, 0.6), Float64Array.of(0.1, 0.2)];
    const thresholds = scores.map(() => Float64Array.of(0.5, 0.5));
    const { photos, top1, top5, nll } = scoreLabels({ scores, thresholds, shown: [[0], [0, 1], []] }, 2);
    expect({ photos, top1, top5 }).toEqual({ photos: 3, top1: 1, top5: 1 });
    const logs = [0.9, 0.8, 0.3, 0.6, 0.9, 0.8].map(Math.log);
    expect(nll).toBeCloseTo(-logs.reduce((sum, log) => sum + log, 0) / 3, 12);
  });

  it("lie within their bootstrap's intervals, which more photos narrow", () => {
    const { map, microF1, macroF1 } = decisionFigures(predictions, 4);
    const few = bootstrapIntervals(predictions, 4);
    for (const [value, [low, high]] of [
      [map, few.map],
      [microF1, few.microF1],
      [macroF1, few.macroF1],
    ] as const) {
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
    }
    expect(bootstrapIntervals(predictions, 4)).toEqual(few);
    const many = bootstrapIntervals(drawn(960, 4), 4);
    const width = ([low, high]: [number, number]) => high - low;
    expect(width(many.map)).toBeLessThan(width(few.map) / 2);
  });
});
