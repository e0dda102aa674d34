import { describe, expect, it } from "vitest";
import { type Descent, descend, type Objective, startDescent } from "../../training/head/lbfgs.ts";

/** A bowl a thousand times steeper along one axis than along another, its lowest point at (1, 2, 3, …). */
const bowl: Objective = (point) => {
  const steep = (at: number) => 1000 ** (at / (point.length - 1));
  return {
    value: point.reduce((sum, value, at) => sum + (steep(at) * (value - at - 1) ** 2) / 2, 0),
    gradient: point.map((value, at) => steep(at) * (value - at - 1)),
  };
};

const run = (objective: Objective, iterations: number): Descent => {
  let at = startDescent(objective, new Float32Array(5));
  for (let iteration = 0; iteration < iterations; iteration++) at = descend(objective, at, 1e-3) ?? at;
  return at;
};

describe("descend", () => {
  it("finds the lowest point of a narrow bowl in a few iterations", () => {
    for (const [at, value] of run(bowl, 30).point.entries()) expect(value).toBeCloseTo(at + 1, 3);
  });

  it("never goes up", () => {
    const values = [0, 1, 2, 3, 5, 8, 13].map((iterations) => run(bowl, iterations).value);
    expect(values).toEqual([...values].sort((a, b) => b - a));
  });

  it("says when there is no way down", () => {
    const flat: Objective = (point) => ({ value: 1, gradient: new Float32Array(point.length) });
    expect(descend(flat, startDescent(flat, new Float32Array(3)), 1)).toBeUndefined();
    const lying: Objective = (point) => ({ value: point[0]! ** 2, gradient: Float32Array.of(-1) });
    expect(descend(lying, startDescent(lying, Float32Array.of(0)), 1)).toBeUndefined();
  });

  it("changes nothing of the descent that it goes on from", () => {
    const before = run(bowl, 4);
    const copy = structuredClone(before);
    descend(bowl, before, 1e-3);
    expect(before).toEqual(copy);
  });
});
