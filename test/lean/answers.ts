/** Whole models on the lean engine, beside onnxruntime-node running the ONNX file that the plan was compiled from. */
import { expect } from "vitest";
import type { Output, Precision } from "../../shared/engine/engine.ts";
import { createLeanNodeEngine } from "../../shared/engine/lean/lean-node.ts";
import { createNativeEngine } from "../../shared/engine/native.ts";
import { compilePlan } from "../../training/export/plan/compile.ts";

export interface Pair {
  native: Output;
  lean: Output;
}

/** Both engines' answers for each photo. */
export const answers = async (
  form: Uint8Array,
  size: number,
  photos: readonly Float32Array[],
  precision: Precision = "int8",
): Promise<Pair[]> => {
  const native = await (await createNativeEngine()).load({ bytes: form, precision, size });
  const plan = await compilePlan(form);
  const lean = await (await createLeanNodeEngine()).load({ bytes: plan, precision, size });
  const pairs: Pair[] = [];
  for (const photo of photos)
    pairs.push({ native: await native.run(photo, { heatmap: true }), lean: await lean.run(photo, { heatmap: true }) });
  await native.dispose();
  await lean.dispose();
  return pairs;
};

/** The heat map's steps and the fully connected layer's are the last integers; after them come means in float32. */
export const expectEqual = ({ native, lean }: Pair): void => {
  if (!native.heatmap) {
    expect(lean).toEqual(native);
    return;
  }
  expect(lean.heatmap).toEqual(native.heatmap);
  for (const [i, logit] of native.logits.entries())
    expect(Math.abs(lean.logits[i]! - logit)).toBeLessThan(1e-6 * Math.max(1, Math.abs(logit)));
};

/** Sums of float32 are taken in another order. */
export const expectClose = ({ native, lean }: Pair, tolerance = 1e-4): void => {
  for (const [found, expected] of [
    [lean.logits, native.logits],
    ...(native.heatmap ? [[lean.heatmap!.data, native.heatmap.data] as const] : []),
  ] as const) {
    expect(found.length).toBe(expected.length);
    const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    const off = found.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i]!)), 0);
    expect(off / largest).toBeLessThan(tolerance);
  }
};
