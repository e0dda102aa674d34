import { afterAll, expect, it } from "vitest";
import { parsePlan } from "../../../shared/engine/lean/parse.ts";
import type { Plan } from "../../../shared/engine/lean/plan.ts";
import { writeModel } from "../../../shared/onnx/model.ts";
import { calibrate } from "../../../training/export/calibrate.ts";
import { canonicalise } from "../../../training/export/canonicalise.ts";
import { buildFloatModel } from "../../../training/export/float-model.ts";
import { buildLadder } from "../../../training/export/ladder.ts";
import { compilePlan } from "../../../training/export/plan/compile.ts";

import { cuts, smallBackbone, smallInput } from "../../export/models.ts";
import { int8Form, wave } from "../../export/plan/forms.ts";
import { large } from "../../large.ts";
import { drawCase, variants } from "../../lean/cases.ts";
import { startHostileThread } from "../../lean/hostile-thread.ts";
import { runMutants } from "../../lean/mutant-run.ts";
import { networkSize, networks } from "../../onnx/networks.ts";

/** Of ten thousand mutants, which `npm run test:large` tries, so many. */
const share = large ? 1 : 0.3;

const thread = startHostileThread();
afterAll(() => thread.close());

const photosOf = (size: number): Float32Array[] => [1, 2].map((seed) => wave(seed, size));

/** Plans of three families for each reduced network. */
const wholeNetworks = async (): Promise<Plan[]> => {
  const plans: Plan[] = [];
  for (const make of Object.values(networks)) {
    const model = writeModel(await canonicalise(make()));
    const statistics = await calibrate({ model, size: networkSize, photos: photosOf(networkSize) });
    const rungs = buildLadder(model, statistics).filter(({ name }) => /^int8(-partly|-weights)?-plan$/.test(name));
    for (const rung of rungs) plans.push(parsePlan((await rung.build()).bytes));
    plans.push(parsePlan(await compilePlan(model)));
  }
  return plans;
};

const smallLite0 = async (): Promise<Plan> => {
  const { channels } = cuts[0];
  const head = (classes: number) => ({
    weights: Float32Array.from({ length: classes * channels }, (_, i) => Math.sin(i) / 10),
    bias: new Float32Array(classes),
  });
  const parts = { backbone: await smallBackbone(), cuts: [cuts[0]], head: head(5), background: head(12) };
  const { size } = smallInput;
  return parsePlan(await compilePlan(await int8Form(await buildFloatModel(parts), size, photosOf(size))));
};

it(`refuses each of ${9000 * share} damaged and altered plans of one operator, or keeps it within its memory and its time`, async () => {
  const sources = variants.flatMap((variant) => [1, 2, 3, 4, 5].map((seed) => drawCase(variant, seed).plan));
  const { ran } = await runMutants(thread, sources, { count: 9000 * share, seed: 2026 });
  expect(ran).toBeGreaterThan(3000 * share);
});

it(`does so with ${800 * share} of whole networks in integers, in floats and with weights alone in int8`, async () => {
  const { ran } = await runMutants(thread, await wholeNetworks(), { count: 800 * share, seed: 2027 });
  expect(ran).toBeGreaterThan(200 * share);
});

it(`does so with ${200 * share} of lite0 with a head and a background`, async () => {
  const { ran } = await runMutants(thread, [await smallLite0()], {
    count: 200 * share,
    seed: 2028,
    limits: { work: 2 ** 29 },
  });
  expect(ran).toBeGreaterThan(50 * share);
});
