/** One of the ten breaks, and the healthy form; all ten, also of ten breeds, in test/long/export. */
import { afterAll, expect, it, vi } from "vitest";
import { temporaryFolder } from "../e2e/folders.ts";
import { trainOnTwenty } from "./broken-training.ts";
import { asFast, type Refusal, throughBreaks } from "./refusals.ts";

const rows: Refusal[] = [];
const noise = "activation ranges from noise";

vi.mock("../../training/export/measure-speed.ts", () => ({
  measureSpeed: (forms: readonly unknown[]) => asFast(forms),
}));
vi.mock("../../training/form-gate.ts", async (original) => {
  const real = await original<typeof import("../../training/form-gate.ts")>();
  const runFormGate: typeof real.runFormGate = (options) =>
    throughBreaks(rows, { names: [noise], weights: "onnx" })(options, real.runFormGate);
  return { ...real, runFormGate };
});

const { home, remove } = await temporaryFolder("refusals");
afterAll(remove);

it("publishes a model of 20 photos, and refuses it on either engine where its ranges were taken from noise", async () => {
  const { gate, files } = await trainOnTwenty(home);
  expect(gate).toMatchObject({ passed: true, forced: false });
  expect(files.map(({ precision }) => precision)).toEqual(["int8", "int8"]);
  const verdict = (wanted: string) =>
    Object.fromEntries(rows.filter(({ name }) => name === wanted).map(({ form, refused }) => [form, refused]));
  const passed = { "int8 native": false, "int8-plan web": false };
  expect(verdict("healthy")).toEqual(passed);
  expect(verdict(noise)).toEqual({ "int8 native": true, "int8-plan web": true });
}, 600_000);
