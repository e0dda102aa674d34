/** A task for any platform: runs plans, and tells the sha256 of what each gives. */

import { concatenate } from "../../shared/concatenate.ts";
import { parsePlan } from "../../shared/engine/lean/parse.ts";
import { createProgram } from "../../shared/engine/lean/program.ts";
import type { Task } from "../tools/platforms/task.ts";

export interface PlanRun {
  plan: Uint8Array;
  /** As a program takes it. */
  photo: Float32Array;
}

/** u32 each: bytes of the plan, numbers of the photo; then both, at a multiple of four. */
export const packRuns = (runs: readonly PlanRun[]): Uint8Array => {
  const parts = runs.flatMap(({ plan, photo }) => [
    new Uint8Array(Uint32Array.of(plan.length, photo.length).buffer),
    ...[plan, new Uint8Array(-plan.length & 3)],
    new Uint8Array(photo.buffer, photo.byteOffset, photo.byteLength),
  ]);
  return concatenate(parts);
};

const unpackRuns = function* ({ buffer, byteOffset, byteLength }: Uint8Array): Generator<PlanRun> {
  for (let at = byteOffset; at < byteOffset + byteLength; ) {
    const [bytes, numbers] = new Uint32Array(buffer, at, 2) as unknown as [number, number];
    const plan = new Uint8Array(buffer, at + 8, bytes);
    const photo = new Float32Array(buffer, at + 8 + bytes + (-bytes & 3), numbers);
    yield { plan, photo };
    at = photo.byteOffset + photo.byteLength;
  }
};

const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const digests: Task = async (kernels, body) => {
  const found: string[] = [];
  for (const { plan, photo } of unpackRuns(body)) {
    const program = createProgram(await WebAssembly.instantiate(kernels), parsePlan(plan), plan);
    const { logits, heatmap } = program(photo, true);
    const numbers = Float32Array.from([...logits, ...(heatmap?.data ?? [])]);
    found.push(hex(await crypto.subtle.digest("SHA-256", numbers)));
  }
  return found;
};
export default digests;
