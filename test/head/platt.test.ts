import { describe, expect, it } from "vitest";
import { foldPlatt } from "../../training/head/fold-platt.ts";
import type { LinearHead } from "../../training/head/head.ts";
import { headLogits } from "../../training/head/logits.ts";
import { fitPlatt } from "../../training/head/platt.ts";
import { fitThreshold } from "../../training/head/threshold.ts";
import { random } from "../drawing.ts";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Logits whose labels are drawn with the probability sigmoid(scale · logit + shift). */
const drawn = (photos: number, scale: number, shift: number, seed = 1) => {
  const next = random(seed);
  const logits = Float64Array.from({ length: photos }, () => 6 * next() - 3);
  return { logits, shown: logits.map((logit) => (next() < sigmoid(scale * logit + shift) ? 1 : 0)) };
};

describe("fitPlatt", () => {
  it.each([
    [0.5, 0],
    [2, -1],
    [1, 1],
  ])("finds scale %f and shift %f again", (scale, shift) => {
    const { logits, shown } = drawn(20_000, scale, shift);
    const found = fitPlatt(logits, shown);
    expect(found.scale).toBeCloseTo(scale, 1);
    expect(found.shift).toBeCloseTo(shift, 1);
  });

  it("leaves the logits of a label alone that fewer than ten photos have, or lack", () => {
    const logits = Float64Array.from({ length: 100 }, (_, at) => at / 10);
    const few = logits.map((_, at) => (at >= 91 ? 1 : 0));
    expect(fitPlatt(logits, few)).toEqual({ scale: 1, shift: 0 });
    expect(
      fitPlatt(
        logits,
        few.map((has) => 1 - has),
      ),
    ).toEqual({ scale: 1, shift: 0 });
  });

  it("never makes the model surer by fewer than thirty photos, and never sure where labels are told apart perfectly", () => {
    const apart = (each: number) => {
      const logits = Float64Array.from({ length: 2 * each }, (_, at) => (at < each ? -1 : 1));
      return { logits, shown: logits.map((logit) => (logit > 0 ? 1 : 0)) };
    };
    const few = apart(20);
    expect(fitPlatt(few.logits, few.shown).scale).toBe(1);
    const many = apart(100);
    const { scale, shift } = fitPlatt(many.logits, many.shown);
    expect(scale).toBeGreaterThan(1);
    expect(sigmoid(scale + shift)).toBeLessThan(0.995);
  });

  it("turns no scores round: the scale stays above a quarter", () => {
    const { logits, shown } = drawn(1000, -2, 0);
    expect(fitPlatt(logits, shown).scale).toBe(0.25);
  });
});

describe("foldPlatt", () => {
  it("makes of a head one whose logits are scaled and shifted label by label", () => {
    const head: LinearHead = {
      kind: "linear",
      weights: Float32Array.of(1, 2, 3, -1, 0, 1),
      bias: Float32Array.of(0.5, -2),
      history: [],
    };
    const features = Float32Array.of(1, 0.5, 2, -1, 3, 0);
    const folded = headLogits(
      foldPlatt(head, [
        { scale: 2, shift: 1 },
        { scale: 0.5, shift: -3 },
      ]),
      features,
    );
    for (const [photo, [a, b]] of headLogits(head, features).entries()) {
      expect(folded[photo]![0]).toBeCloseTo(2 * a! + 1, 5);
      expect(folded[photo]![1]).toBeCloseTo(0.5 * b! - 3, 5);
    }
  });
});

describe("fitThreshold", () => {
  const each = (scores: readonly number[], times: number) => scores.flatMap((score) => new Array(times).fill(score));

  it("lies where F1 is highest, half-way between neighbours", () => {
    // given from .3 on: 20 right, 10 wrong: F1 .8; from .8 on: 10 right: F1 .67; all: 20 right of 50: F1 .57
    const scores = [...each([0.8, 0.3], 10), ...each([0.3], 10), ...each([0.1], 20)];
    const shown = [...each([1], 20), ...each([0], 30)];
    expect(fitThreshold(scores, shown)).toBeCloseTo(0.2, 12);
  });

  it("is .5 where nothing lies between it and the best, or too few photos have the label", () => {
    expect(fitThreshold([...each([0.9], 10), ...each([0.2], 10)], [...each([1], 10), ...each([0], 10)])).toBe(0.5);
    expect(fitThreshold([...each([0.3], 9), ...each([0.2], 10)], [...each([1], 9), ...each([0], 10)])).toBe(0.5);
  });
});
