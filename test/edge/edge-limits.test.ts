import { describe, expect, it } from "vitest";
import factors from "../../shared/engine/edge-factors.json" with { type: "json" };
import { estimateEdgeLimits } from "../../shared/engine/edge-limits.ts";

const measured = { precision: "float16", bytes: 9_310_000, loadMs: 100, runMs: 50 } as const;

describe("the estimate of what a model takes in a Worker", () => {
  it("meets what was measured of the model that the factors come from", () => {
    // npm run size: 114.5 MB for lite0 in fp16
    const { peakMb, fits } = estimateEdgeLimits(measured);
    expect(Math.abs(peakMb - 114.5)).toBeLessThan(4);
    expect(fits).toBe(true);
  });

  it("of a plan counts its bytes twice, as fetched and in the engine's memory, its arena, and a start without a runtime", () => {
    const plan = estimateEdgeLimits({ ...measured, precision: "int8", bytes: 5_000_000, arena: 3_000_000 });
    const [photo, engine] = [factors.photoMb, 1];
    expect(plan.peakMb).toBe(Math.round(2 * 5 + 3 + engine + photo));
    expect(plan.startupMs).toBe(factors.plan.startupMs + 100);
    expect(plan.cpuMs).toBe(Math.round(factors.plan.cpu * 50));
    expect(plan.fits).toBe(true);
    const onnx = estimateEdgeLimits({ ...measured, precision: "int8", bytes: 5_000_000 });
    expect(onnx.startupMs).toBe(factors.onnx.startupMs + 100);
    // 118 MB are there for all of it
    const large = { ...measured, precision: "int8", bytes: 5_000_000, arena: 65_000_000 } as const;
    expect(estimateEdgeLimits(large).fits).toBe(false);
  });

  it("grows with the model, and says when it does not fit", () => {
    const twice = estimateEdgeLimits({ ...measured, bytes: 2 * measured.bytes, runMs: 100 });
    expect(twice.cpuMs).toBeGreaterThan(estimateEdgeLimits(measured).cpuMs);
    expect(twice.fits).toBe(false);
  });
});
