/** The lean engine gives the same bytes wherever it runs: V8 in three hosts, SpiderMonkey, x86-64 and arm64. */
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { encodePlan } from "../../../shared/engine/lean/encode.ts";
import { catalogue, readBackbone } from "../../../training/backbone/catalogue.ts";
import { readBackboneHead } from "../../../training/export/backbone-head.ts";
import { buildFloatModel } from "../../../training/export/float-model.ts";
import { compilePlan } from "../../../training/export/plan/compile.ts";
import { int8Form, wave } from "../../export/plan/forms.ts";
import { large } from "../../large.ts";
import { drawCase, variants } from "../../lean/cases.ts";
import { type PlanRun, packRuns } from "../../lean/digests.ts";
import { photoOf } from "../../lean/drafts.ts";
import { has } from "../../require.ts";
import { runInBrowser } from "../../tools/platforms/browser.ts";
import { runOnNode } from "../../tools/platforms/node.ts";
import type { PlatformTask } from "../../tools/platforms/task.ts";
import { runInWorkerd } from "../../tools/platforms/workerd.ts";
import { arm64Node } from "../../tools/qemu.ts";

const fileOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** lite0 whole, in integers and in float32, for photos of `size` pixels. */
const lite0 = async (size: number): Promise<PlanRun[]> => {
  const { backbone, bytes } = await readBackbone("lite0", { size });
  const head = await readBackboneHead(bytes, catalogue.lite0.imagenetHead);
  const float = await buildFloatModel({ backbone: bytes, cuts: [backbone.cuts[0]], head });
  const forms = [await int8Form(float, size, [wave(1, size)]), float];
  const plans = await Promise.all(forms.map((form) => compilePlan(form)));
  return plans.map((plan) => ({ plan, photo: wave(30, size) }));
};

/** Every operator, on a few shapes. */
const operators = async (): Promise<PlanRun[]> => {
  const cases = variants.flatMap((variant) => [1, 2, 3, 4].map((seed) => drawCase(variant, seed)));
  return Promise.all(
    cases.map(async ({ plan, inputs }) => ({ plan: await encodePlan(plan), photo: photoOf(plan, inputs) })),
  );
};

const { size: usual } = catalogue.lite0.input;
const taskAt = async (size: number): Promise<PlatformTask> => ({
  module: fileOf("../../lean/digests.ts"),
  kernels: fileOf("../../../shared/engine/lean/kernels.wasm"),
  body: packRuns([...(await lite0(size)), ...(await operators())]),
});

let task: PlatformTask;
let expected: unknown;

beforeAll(async () => {
  task = await taskAt(usual);
  expected = await runOnNode(task);
});

describe("the lean engine's bytes", () => {
  it("differ from plan to plan, but for results of a single zero", () => {
    expect(new Set(expected as string[]).size).toBeGreaterThanOrEqual(variants.length * 4);
  });

  it("are those of Node in workerd", async () => {
    expect(await runInWorkerd(task)).toEqual(expected);
  });

  it.runIf(has("chromium"))("are those of Node in Chromium", async () => {
    expect(await runInBrowser("chromium", task)).toEqual(expected);
  });

  it.runIf(has("firefox"))("are those of Node in Firefox", async () => {
    expect(await runInBrowser("firefox", task)).toEqual(expected);
  });

  it.runIf(has("qemu"))("are those of Node in an arm64 Node", async () => {
    // emulated, it takes fifty times as long
    const emulated = await taskAt(large ? usual : 64);
    expect(await runOnNode(emulated, arm64Node())).toEqual(await runOnNode(emulated));
  });
});
