/** All ten breaks through the gate as a training runs it, of twenty drawn photos; by `npm run test:large` of ten breeds too. */
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { FormGateOptions } from "../../../training/form-gate.ts";
import { temporaryFolder } from "../../e2e/folders.ts";
import { breaks } from "../../export/breaks.ts";
import { trainOn, trainOnTwenty } from "../../export/broken-training.ts";
import { asFast, type BreaksOptions, type Refusal, throughBreaks } from "../../export/refusals.ts";
import { large } from "../../large.ts";
import { has, photosFolder } from "../../require.ts";

let rows: Refusal[] = [];
let breaking: BreaksOptions;
beforeEach(() => {
  rows = [];
});

vi.mock("../../../training/export/measure-speed.ts", () => ({
  measureSpeed: (forms: readonly unknown[]) => asFast(forms),
}));
vi.mock("../../../training/form-gate.ts", async (original) => {
  const real = await original<typeof import("../../../training/form-gate.ts")>();
  const runFormGate = (options: FormGateOptions) => throughBreaks(rows, breaking)(options, real.runFormGate);
  return { ...real, runFormGate };
});

const { home, remove } = await temporaryFolder("all-refusals");
afterAll(remove);

/** Gross ones: the forms of full int8 are refused on either engine, whatever the model. */
const gross = [
  "output channels in reverse order",
  "activation ranges from noise",
  "activation ranges cut to a quarter",
];

const expectRefusals = (): void => {
  const of = (wanted: string) => rows.filter(({ name }) => name === wanted);
  expect(of("healthy").map(({ form, refused }) => ({ form, refused }))).toEqual([
    { form: "int8 native", refused: false },
    { form: "int8-plan web", refused: false },
  ]);
  for (const { moved } of of("healthy")) expect(moved).toBeLessThanOrEqual(0.015);
  for (const name of Object.keys(breaks)) expect(of(name), name).not.toEqual([]);
  for (const row of rows.filter(({ moved }) => moved > 0.03)) expect(row).toMatchObject({ refused: true });
  for (const name of gross)
    for (const form of ["int8 native", "int8-plan web"])
      expect(of(name)).toContainEqual({ name, form, refused: true, moved: expect.any(Number) });
};

describe("the gate refuses every break that moves more than 3% of its views, on the engine that would serve it", () => {
  it("of 20 photos, whose healthy model passes", async () => {
    expect(Object.keys(breaks)).toHaveLength(10);
    breaking = { weights: "onnx" };
    const { gate } = await trainOnTwenty(home);
    expect(gate).toMatchObject({ passed: true, forced: false });
    expectRefusals();
  });

  if (large)
    it.runIf(has("photos"))(
      "of ten breeds, 100 photos each, whose healthy model passes",
      async () => {
        breaking = { weights: "plan" };
        const { gate } = await trainOn({ photos: join(photosFolder, "dogs"), backbone: "lite0" });
        expect(gate).toMatchObject({ passed: true, forced: false });
        expectRefusals();
      },
      3_600_000,
    );
});
