/** A case on the lean engine, beside onnxruntime-node. */
import { expect } from "vitest";
import { drawCase, type Variant } from "./cases.ts";
import { runPlan } from "./drafts.ts";
import { runReference } from "./onnx.ts";

/** Of integers the same to the bit; of float32 within the case's tolerance of the largest number. */
export const expectAgreement = async (variant: Variant, seed: number): Promise<void> => {
  const { name, plan, reference, shapes, inputs, tolerance } = drawCase(variant, seed);
  const [found, expected] = [await runPlan(plan, inputs), await runReference(reference, shapes, inputs)];
  if (tolerance === 0) {
    expect(found, name).toEqual(expected);
    return;
  }
  expect(found.length, name).toBe(expected.length);
  const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-6);
  const off = found.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i]!)), 0);
  expect(off / largest, name).toBeLessThan(tolerance);
};
