import { describe, expect, it } from "vitest";
import { areDoneAlong } from "../../shared/engine/lean/along.ts";
import type { Plan } from "../../shared/engine/lean/plan.ts";
import { addConvolution, addPhoto, windowOf } from "./convolutions.ts";
import { createDice } from "./dice.ts";
import { createDraft, finishDraft, runPlan } from "./drafts.ts";

const pointwise = windowOf(1, 1);

/** Three 1 x 1 convolutions of the photo, the last one of which makes the heat map; and those of them that are `kept`. */
const siblings = (channels: number, result: number, kept = [0, 1, 2]) => {
  const shape = { channels, height: 9, width: 11 };
  const draft = createDraft([shape]);
  const input = addPhoto(draft, shape);
  const dice = createDice(channels);
  const made = [64, 96, 64].map((outputs) => {
    const weights = Int8Array.from({ length: outputs * channels }, () => dice.between(-128, 127));
    return { window: pointwise, outputs, weights, scale: 6000 };
  });
  const layers = kept.map((index) => addConvolution(draft, input, made[index]!));
  const photo = Float32Array.from({ length: channels * 99 }, () => dice.between(0, 255));
  return { plan: finishDraft(draft, layers[kept.indexOf(result)]!.output), layers, photo };
};

const count = (plan: Plan): number => areDoneAlong(plan).filter(Boolean).length;

describe("1 x 1 convolutions of one map are done along with the first of them", () => {
  it.each([
    ["tile by tile", 40],
    ["by Strassen's algorithm", 256],
  ])("%s, with what each gives alone", async (_, channels) => {
    for (const result of [0, 1, 2]) {
      const together = siblings(channels, result);
      expect(count(together.plan)).toBe(2);
      const alone = siblings(channels, result, [result]);
      expect(count(alone.plan)).toBe(0);
      const found = await runPlan(together.plan, [together.photo]);
      expect(found).toEqual(await runPlan(alone.plan, [alone.photo]));
      expect(new Set(found).size).toBeGreaterThan(16);
    }
  });

  it("but not where one writes to another's memory", () => {
    const { plan, layers } = siblings(40, 2);
    const [first, , third] = layers.map(({ output }) => plan.tensors[output]!);
    third!.offset = first!.offset + 64;
    expect(count(plan)).toBe(1);
  });

  it("nor where they run by other kernels, or one has a larger window", () => {
    const shape = { channels: 256, height: 9, width: 11 };
    const draft = createDraft([shape]);
    const input = addPhoto(draft, shape);
    const layers = [
      { window: pointwise, outputs: 64 },
      { window: pointwise, outputs: 40 },
      { window: windowOf(1, 3), outputs: 40 },
    ];
    const outputs = layers.map((layer) => addConvolution(draft, input, layer).output);
    expect(count(finishDraft(draft, outputs.at(-1)!))).toBe(0);
  });
});
