import { describe, expect, it } from "vitest";
import { estimateEdgeLimits } from "../../shared/engine/edge-limits.ts";

const measured = { precision: "float16", bytes: 9_310_000, loadMs: 100, runMs: 50 } as const;

describe("the estimate of what a model takes in a Worker", () => {
  it("meets what was measured of the model that the factors come from", () => {
    // npm run size: 114.5 MB for lite0 in fp16
    const { peakMb, fits } = estimateEdgeLimits(measured);
    expect(Math.abs(peakMb - 114.5)).toBeLessThan(4);
    expect(fits).toBe(true);
  });

  it("grows with the model, and says when it does not fit", () => {
    const twice = estimateEdgeLimits({ ...measured, bytes: 2 * measured.bytes, runMs: 100 });
    expect(twice.cpuMs).toBeGreaterThan(estimateEdgeLimits(measured).cpuMs);
    expect(twice.fits).toBe(false);
  });
});
