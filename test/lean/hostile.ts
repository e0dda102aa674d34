/** Runs a plan that may be anyone's, with the memory around what it may write watched. */
import { layOut } from "../../shared/engine/lean/layout.ts";
import { parsePlan } from "../../shared/engine/lean/parse.ts";
import type { Plan } from "../../shared/engine/lean/plan.ts";
import { createProgram } from "../../shared/engine/lean/program.ts";
import { PlanRefusedError } from "../../shared/engine/lean/refusal.ts";
import { workOf } from "../../shared/engine/lean/work.ts";
import { kernels } from "./kernels.ts";

/** Small, so that a refusal for size is common, and what passes runs in no time. */
export const hostileLimits = { bytes: 2 ** 26, work: 2 ** 27 };

export type Outcome = { refused: string } | { cpuMs: number; work: number };

/** @throws Error when `run` writes anything but what lies between two addresses, or makes the memory grow */
export const watch = (memory: WebAssembly.Memory, [from, to]: readonly [number, number], run: () => void): void => {
  const around = (): Uint8Array[] => {
    const all = new Uint8Array(memory.buffer);
    return [all.slice(0, from), all.slice(to)];
  };
  const [below, above] = around() as [Uint8Array, Uint8Array];
  run();
  const [nowBelow, nowAbove] = around() as [Uint8Array, Uint8Array];
  if (nowAbove.length !== above.length) throw new Error("a run made the memory grow");
  if (Buffer.compare(below, nowBelow) !== 0) throw new Error("a run wrote below its scratch memory");
  if (Buffer.compare(above, nowAbove) !== 0) throw new Error("a run wrote behind its arena");
};

/**
 * Refused, or run within its memory.
 *
 * @throws Error when a kernel left its memory (a trap), or changed anything but scratch memory and arena
 */
export const runHostile = (bytes: Uint8Array, limits: Partial<typeof hostileLimits> = hostileLimits): Outcome => {
  let plan: Plan;
  try {
    plan = parsePlan(bytes, limits);
  } catch (error) {
    if (!(error instanceof PlanRefusedError)) throw error;
    return { refused: error.why };
  }
  const instance = new WebAssembly.Instance(kernels);
  const { memory, heap } = instance.exports as { memory: WebAssembly.Memory; heap: WebAssembly.Global };
  const program = createProgram(instance, plan, bytes);
  const { scratchAt, arenaEnd } = layOut(plan, bytes, heap.value);
  const photo = new Float32Array(plan.input.channels * plan.input.height * plan.input.width).fill(0.5);
  let cpuMs = 0;
  watch(memory, [scratchAt, arenaEnd], () => {
    const before = process.threadCpuUsage();
    program(photo, true);
    const { user, system } = process.threadCpuUsage(before);
    cpuMs = (user + system) / 1000;
  });
  return { cpuMs, work: plan.operators.reduce((sum, operator) => sum + workOf(operator, plan), 0) };
};
