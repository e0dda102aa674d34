import { expect, it } from "vitest";
import { behindOf } from "../../training/metrics/behind.ts";

it("is the mean of the differences on the photos that both judged, with its standard error", () => {
  const behind = behindOf([0.5, null, 0.9, 0.1, 0.7], [0.4, 0.2, 0.5, 0.2, null]);
  // differences .1, .4 and -.1: mean .4/3, sum of squares .38/3, over 2 and over 3
  expect(behind.loss).toBeCloseTo(0.4 / 3, 12);
  expect(behind.error).toBeCloseTo(Math.sqrt(0.38 / 3 / 2 / 3), 12);
});

it("knows a small difference for sure where it is the same on every photo, however much the photos differ", () => {
  const best = [0.01, 3, 0.4, 7];
  const { loss, error } = behindOf(
    best.map((value) => value + 0.125),
    best,
  );
  expect(loss).toBeCloseTo(0.125, 12);
  expect(error).toBeCloseTo(0, 12);
});

it("tells nothing of photos that nobody judged", () => {
  expect(behindOf([null, 0.5], [0.1, null])).toEqual({ loss: 0, error: 0 });
});
