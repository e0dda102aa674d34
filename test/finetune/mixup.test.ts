import { describe, expect, it } from "vitest";
import { drawMix, mixed } from "../../training/finetune/mixup.ts";

describe("mixup", () => {
  it("gives each photo a partner and the batch one share, which the key alone decides", () => {
    const mix = drawMix(8, 0.4, "seed 1");
    expect(drawMix(8, 0.4, "seed 1")).toEqual(mix);
    expect(drawMix(8, 0.4, "seed 2")).not.toEqual(mix);
    expect([...mix.partners].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("draws shares as Beta(alpha, alpha) has them: a half in the mean, with the variance 1 / (4 (2 alpha + 1))", () => {
    for (const alpha of [0.2, 0.4, 1]) {
      const shares = Array.from({ length: 4000 }, (_, at) => drawMix(2, alpha, `draw ${at}`).share);
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
      expect(mean).toBeCloseTo(0.5, 1);
      expect(Math.abs(variance * 4 * (2 * alpha + 1) - 1)).toBeLessThan(0.06);
    }
  });

  it("mixes each row with its partner's", () => {
    const rows = Float32Array.from([1, 2, 10, 20, 100, 200]);
    const mix = { share: 0.75, partners: Int32Array.from([1, 2, 0]) };
    expect([...mixed(rows, mix)]).toEqual([3.25, 6.5, 32.5, 65, 75.25, 150.5]);
    expect(mixed(rows, drawMix(3, 0, "none"))).toBe(rows);
  });
});
