import { describe, expect, it } from "vitest";
import { labelAgreement } from "../../training/judging/label-agreement.ts";
import { calibrated, calibrateLabels, labelScores } from "../../training/judging/label-calibration.ts";
import { random } from "../drawing.ts";

describe("calibrateLabels", () => {
  const next = random(3);
  const photos = 400;
  const logits = Array.from({ length: photos }, () => Float32Array.of(8 * next() - 4, 8 * next() - 4));
  // the first label's logits are twice as sure as they may be, the second one's lie too low
  const draw = (logit: number) => next() < 1 / (1 + Math.exp(-logit));
  const shown = logits.map(([a, b]) => [...(draw(a! / 2) ? [0] : []), ...(draw(b! + 1) ? [1] : [])]);
  const parts = logits.map((_, photo) => photo % 5);
  const calibration = calibrateLabels({ logits, shown, parts }, 2);

  it("has a scale, a shift and a threshold of its own for each label", () => {
    const [first, second] = calibration.all.platt;
    expect(first!.scale).toBeCloseTo(0.5, 0);
    expect(first!.scale).toBeLessThan(0.7);
    expect(second!.shift).toBeGreaterThan(0.6);
    const { thresholds } = calibration.all;
    expect(thresholds[0]).not.toBe(thresholds[1]);
    const [score] = labelScores(calibrated(Float32Array.of(2, 0), calibration.all));
    expect(score).toBeCloseTo(1 / (1 + Math.exp(-(2 * first!.scale + first!.shift))), 6);
  });

  it("fits what scores a part to the other parts alone", () => {
    const others = [...logits.keys()].filter((photo) => parts[photo] !== 0);
    const without = calibrateLabels(
      {
        logits: others.map((photo) => logits[photo]!),
        shown: others.map((photo) => shown[photo]!),
        parts: others.map((photo) => parts[photo]!),
      },
      2,
    );
    expect(calibration.byPart.get(0)).toEqual(without.all);
    expect(calibration.byPart.get(0)).not.toEqual(calibration.all);
    // whatever its own photos show
    const contrary = shown.map((labels, photo) =>
      parts[photo] === 0 ? [0, 1].filter((l) => !labels.includes(l)) : labels,
    );
    expect(calibrateLabels({ logits, shown: contrary, parts }, 2).byPart.get(0)).toEqual(without.all);
  });
});

describe("labelAgreement", () => {
  const thresholds = [0.5, 0.5, 0.5];
  const rows = (...given: number[][]) =>
    given.map((labels) => Float32Array.from([0, 1, 2], (label) => (labels.includes(label) ? 3 : -3)));

  it("is of the labels that both give: those that neither gives count for nothing", () => {
    expect(labelAgreement(rows([0, 1], [2]), rows([0, 1], [2]), thresholds)).toBe(1);
    expect(labelAgreement(rows([0, 1], [2]), rows([0], [2]), thresholds)).toBeCloseTo(4 / 5, 12);
    expect(labelAgreement(rows([0], []), rows([0], [1, 2]), thresholds)).toBeCloseTo(2 / 4, 12);
  });

  it("is the share of views with the same answer where each is given one label", () => {
    const before = rows([0], [1], [2], [0]);
    expect(labelAgreement(before, rows([0], [1], [1], [0]), thresholds)).toBe(3 / 4);
  });

  it("is nothing for a form that never gives a label, or numbers that are none", () => {
    expect(labelAgreement(rows([0], [1]), rows([], []), thresholds)).toBe(0);
    const broken = [Float32Array.of(Number.NaN, Number.NaN, Number.NaN), Float32Array.of(-3, 3, -3)];
    expect(labelAgreement(rows([0], [1]), broken, thresholds)).toBeCloseTo(2 / 3, 12);
    expect(labelAgreement(rows([], []), rows([], []), thresholds)).toBe(1);
  });
});
