import { describe, expect, it } from "vitest";
import { energy, softmax } from "../../shared/classifier/scores.ts";
import { fitTemperature, temperatureBounds } from "../../training/head/calibrate.ts";
import { fitUnknownThreshold } from "../../training/head/unknown.ts";
import { random } from "../drawing.ts";

/** Labels drawn from softmax(logits), so that a temperature of 1 is the truth for `logits`. */
const honest = (photos: number) => {
  const next = random(5);
  const logits = Array.from({ length: photos }, () => Float32Array.from({ length: 6 }, () => 6 * next()));
  const labels = logits.map((row) => {
    let left = next();
    return Math.max(
      0,
      softmax(row, 1).findIndex((score) => (left -= score) < 0),
    );
  });
  return { logits, labels };
};

describe("fitTemperature", () => {
  it.each([0.5, 1, 2.5])("finds the factor %d that logits were multiplied by", (factor) => {
    const { logits, labels } = honest(4000);
    const scaled = logits.map((row) => row.map((logit) => logit * factor));
    expect(fitTemperature(scaled, labels) / factor).toBeGreaterThan(0.93);
    expect(fitTemperature(scaled, labels) / factor).toBeLessThan(1.07);
  });

  it("stays in its bounds when every photo is right, and is 1 for a handful", () => {
    const { logits } = honest(40);
    const right = logits.map((row) => row.indexOf(Math.max(...row)));
    expect(fitTemperature(logits, right)).toBeCloseTo(temperatureBounds.lowest, 2);
    expect(fitTemperature(logits.slice(0, 9), right)).toBe(1);
    expect(fitTemperature(logits.slice(0, 29), right)).toBeCloseTo(1, 3);
  });
});

describe("fitUnknownThreshold", () => {
  it("keeps 95% of known photos", () => {
    const found = fitUnknownThreshold(honest(400).logits)!;
    expect(found.kept).toBeCloseTo(0.95, 2);
  });

  it("keeps them all where a twentieth is less than one photo", () => {
    const { logits } = honest(5);
    const { threshold, kept } = fitUnknownThreshold(logits)!;
    expect(kept).toBe(1);
    expect(threshold).toBeLessThan(Math.min(...logits.map(energy)));
    expect(fitUnknownThreshold(logits.slice(0, 1))).toEqual({ threshold: energy(logits[0]!), kept: 1 });
  });

  it("needs photos", () => {
    expect(() => fitUnknownThreshold([])).toThrow(/needs photos to be fitted to/);
  });
});
