import { expect, it } from "vitest";
import { fuzz } from "./run.ts";

it("answers 500 mutated photos and 300 malformed requests as it should, and a good photo after them", async () => {
  const report = await fuzz({ seed: 1, images: 500, requests: 300 });
  expect(report.findings).toEqual([]);
  // the mutants reach both ends: photos that are sound after all, and all that is wrong with them
  expect(Object.keys(report.images)).toEqual(expect.arrayContaining(["200", "400", "415", "422"]));
  expect(report.images[200]).toBeGreaterThan(60);
  // as feedback too
  expect(report.images[201]).toBeGreaterThan(3);
  expect(report.kept).toBeGreaterThan(3);
  // and the requests pass every door
  expect(Object.keys(report.requests)).toEqual(expect.arrayContaining(["200", "201", "401", "404"]));
});
