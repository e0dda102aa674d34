import { describe, expect, it } from "vitest";
import { starsOf } from "../../training/dataset/near/stars.ts";

describe("groups of pairs", () => {
  it("hold what is alike to one middle", () => {
    expect(
      starsOf(5, [
        [1, 3],
        [3, 4],
      ]),
    ).toEqual([0, 1, 2, 1, 1]);
  });

  it("do not grow along a chain", () => {
    const chain = Array.from({ length: 99 }, (_, index) => [index, index + 1] as const);
    const groups = starsOf(100, chain);
    const sizes = groups.map((group) => groups.filter((other) => other === group).length);
    expect(Math.max(...sizes)).toBe(3);
  });
});
