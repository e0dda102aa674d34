import { expect, it } from "vitest";
import { shareAt } from "../../training/finetune/schedule.ts";

it("warms up over a tenth of the steps, then falls along half a cosine to nearly nothing", () => {
  const shares = Array.from({ length: 100 }, (_, step) => shareAt(step, 100));
  expect(shares.slice(0, 10)).toEqual(
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map((share) => expect.closeTo(share, 10)),
  );
  expect(shares[10]).toBe(1);
  expect(shares[55]).toBeCloseTo(0.5, 10);
  for (let step = 11; step < 100; step++) expect(shares[step]).toBeLessThan(shares[step - 1]!);
  expect(shares[99]).toBeLessThan(1e-3);
  // however few steps there are, the first one moves something
  expect(shareAt(0, 1)).toBe(1);
});
