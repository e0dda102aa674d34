/** Runs a plan that may be anyone's, with the memory around its own watched. */
import { parsePlan } from "../../shared/engine/lean/parse.ts";
import type { Plan } from "../../shared/engine/lean/plan.ts";
import { createProgram } from "../../shared/engine/lean/program.ts";
import { PlanRefusedError } from "../../shared/engine/lean/refusal.ts";
import { kernels } from "./kernels.ts";

/** Small, so that a refusal for size is common, and what passes runs in no time. */
const limits = { bytes: 2 ** 26, work: 2 ** 27 };

/**
 * @returns why the plan was refused, or "ran"
 * @throws Error when a kernel left its memory (a trap), or changed the plan's own bytes
 */
export const runHostile = (bytes: Uint8Array): string => {
  let plan: Plan;
  try {
    plan = parsePlan(bytes, limits);
  } catch (error) {
    if (!(error instanceof PlanRefusedError)) throw error;
    return error.why;
  }
  const instance = new WebAssembly.Instance(kernels);
  const program = createProgram(instance, plan, bytes);
  const { memory, heap } = instance.exports as { memory: WebAssembly.Memory; heap: WebAssembly.Global };
  const size = memory.buffer.byteLength;
  program(new Float32Array(plan.input.channels * plan.input.height * plan.input.width).fill(0.5), true);
  const planAt = Math.ceil(heap.value / 64) * 64;
  if (memory.buffer.byteLength !== size) throw new Error("a run made the memory grow");
  if (Buffer.compare(new Uint8Array(memory.buffer, planAt, bytes.length), bytes) !== 0)
    throw new Error("a run changed its plan");
  return "ran";
};
