import { describe, expect, it } from "vitest";
import { wilsonInterval } from "../../training/metrics/interval.ts";

describe("the 95% interval of accuracy", () => {
  it("is Wilson's: both ends lie 1.96 of their own standard errors from the share", () => {
    for (const end of wilsonInterval(0.93, 200))
      expect(Math.abs(0.93 - end) / Math.sqrt((end * (1 - end)) / 200)).toBeCloseTo(1.96, 3);
  });

  it("is no point where all photos are right, or none, and stays within 0 and 1", () => {
    const [low, high] = wilsonInterval(1, 10);
    expect([low, high]).toEqual([expect.closeTo(0.7225, 3), expect.closeTo(1, 10)]);
    expect(wilsonInterval(0, 10)).toEqual([expect.closeTo(0, 10), expect.closeTo(1 - low, 10)]);
  });

  it("says nothing without photos", () => {
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
  });
});
