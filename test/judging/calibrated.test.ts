import { describe, expect, it } from "vitest";
import { energy } from "../../shared/classifier/scores.ts";
import { fitTemperature } from "../../training/head/calibrate.ts";
import { fitUnknownThreshold } from "../../training/head/unknown.ts";
import { calibrateJudged, honestScores } from "../../training/judging/calibrated.ts";
import { random } from "../drawing.ts";

/** Photos of two parts; those of the second are answered with logits `factor` times as large. */
const twoParts = (factor: number) => {
  const next = random(4);
  const photos = Array.from({ length: 400 }, (_, photo) => {
    const label = photo % 3;
    const part = photo % 2;
    const times = part === 1 ? factor : 1;
    const logits = Float32Array.from({ length: 3 }, (_, at) => times * (3 * next() + (at === label ? 1.5 : 0)));
    return { logits, label, part };
  });
  return {
    logits: photos.map(({ logits }) => logits),
    labels: photos.map(({ label }) => label),
    parts: photos.map(({ part }) => part),
  };
};

describe("calibrateJudged", () => {
  it("scores each part by the temperature that fits the others", () => {
    const judged = twoParts(4);
    const { temperatures, temperature } = calibrateJudged(judged);
    const ofPart = (wanted: number) => {
      const own = judged.parts.flatMap((part, at) => (part === wanted ? [at] : []));
      return fitTemperature(
        own.map((at) => judged.logits[at]!),
        own.map((at) => judged.labels[at]!),
      );
    };
    expect(temperatures.get(0)).toBe(ofPart(1));
    expect(temperatures.get(1)).toBe(ofPart(0));
    expect(temperatures.get(0)!).toBeGreaterThan(2 * temperatures.get(1)!);
    expect(temperature).toBe(fitTemperature(judged.logits, judged.labels));

    const scores = honestScores(judged.logits, judged.parts, { temperatures });
    const [logits] = judged.logits as [Float32Array];
    const powers = Array.from(logits, (logit) => Math.exp(logit / ofPart(1)));
    const sum = powers.reduce((a, b) => a + b, 0);
    for (const [at, power] of powers.entries()) expect(scores[0]![at]).toBeCloseTo(power / sum, 10);
  });

  it("counts what is kept by thresholds that were fitted to other photos", () => {
    const judged = twoParts(1);
    const { unknown } = calibrateJudged(judged);
    expect(unknown.threshold).toBe(fitUnknownThreshold(judged.logits).threshold);
    let kept = 0;
    for (const [at, row] of judged.logits.entries()) {
      const others = judged.logits.filter((_, other) => judged.parts[other] !== judged.parts[at]);
      if (energy(row) >= fitUnknownThreshold(others).threshold) kept++;
    }
    expect(unknown.kept).toBe(kept / judged.logits.length);
    // fitted to the very photos it would be .95 whatever they are
    expect(unknown.kept).not.toBe(0.95);
  });

  it("makes do with photos of one part", () => {
    const judged = { ...twoParts(1), parts: new Array<number>(400).fill(0) };
    const { temperatures, unknown } = calibrateJudged(judged);
    expect(temperatures.get(0)).toBe(1);
    expect(unknown.kept).toBeCloseTo(0.95, 10);
  });
});
