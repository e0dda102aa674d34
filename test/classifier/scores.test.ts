import { describe, expect, it } from "vitest";
import { exp, log } from "../../shared/classifier/exponential.ts";
import { calibrate, energy, rank, softmax } from "../../shared/classifier/scores.ts";
import { random } from "../drawing.ts";

const next = random(3);
const between = (least: number, most: number) => Array.from({ length: 5000 }, () => least + (most - least) * next());

describe("exp and log", () => {
  it("are the functions of their names, within 4e-16 of their value", () => {
    for (const x of between(-700, 700)) expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(4e-16 + 2.3e-16);
    for (const x of between(1e-3, 2000)) expect(Math.abs(log(x) - Math.log(x))).toBeLessThan(2e-15);
    expect([exp(0), log(1), exp(-1e6)]).toEqual([1, 0, 0]);
  });

  it("give these very bits, everywhere", () => {
    const bits = (x: number) => new BigUint64Array(Float64Array.of(x).buffer)[0]!.toString(16);
    expect([exp(1), exp(-3.7), exp(-123.456), log(10), log(0.3), log(999)].map(bits)).toMatchInlineSnapshot(`
      [
        "4005bf0a8b14576a",
        "3f99511fc6871044",
        "34cda9fb9e4ee720",
        "40026bb1bbb55516",
        "bff34378fcbda721",
        "401ba084531f2627",
      ]
    `);
  });
});

describe("scores", () => {
  it("add up to one, and survive logits of any size", () => {
    for (const logits of [
      [1, 2, 3],
      [1000, -1000, 999],
      [-1e30, -1e30],
    ]) {
      const scores = softmax(logits, 1.7);
      expect(scores.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    }
    expect(softmax([0, Math.log(3)], 1)[1]).toBeCloseTo(0.75, 15);
    expect(softmax([0, Math.log(9)], 2)[1]).toBeCloseTo(0.75, 15);
  });

  it("of a model of many labels are each its own", () => {
    const scores = calibrate([-1e4, 0, 1e4], { task: "multi-label", temperature: 1 });
    expect([...scores]).toEqual([0, 0.5, 1]);
  });

  it("rank the best first, and equal ones in the labels' order", () => {
    expect(rank(Float64Array.of(0.1, 0.4, 0.4, 0.1))).toEqual([1, 2, 0, 3]);
  });

  it("have the energy logsumexp(logits)", () => {
    expect(energy([0, 0, 0, 0])).toBeCloseTo(Math.log(4), 14);
    expect(energy([1000, 1000])).toBeCloseTo(1000 + Math.log(2), 10);
  });
});
