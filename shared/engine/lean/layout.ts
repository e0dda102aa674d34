/**
 * Where everything lies in the memory of an instance. From low to high: the kernels' own, the plan's bytes as they are,
 * scratch, the arena, float32 weights that are stored in int8, and a record of arguments for each call.
 */
import { areDoneAlong } from "./along.ts";
import { type Call, callsOf, nextWord, type Places } from "./arguments.ts";
import type { Convolution, Depthwise } from "./operators.ts";
import { type Plan, roundUp } from "./plan.ts";
import { scratchOf } from "./scratch.ts";
import { hasNarrowWeights, widenedBytes } from "./weights.ts";

/** Addresses. */
export interface MemoryLayout {
  planAt: number;
  /** What a run may write lies between this and `arenaEnd`. */
  scratchAt: number;
  arenaEnd: number;
  places: Places;
  widened: ReadonlyMap<Convolution | Depthwise, number>;
  calls: readonly Call[];
  recordsAt: number;
  end: number;
}

/** Numbers of a record; the longest, those of class Transform, have as many. */
export const recordWords = 33;

/** The kernels read whole vectors, so up to this many bytes past the last number. */
const slackBytes = 64;

/** @param bytes that `plan` was parsed of; @param heap where the kernels' own memory ends */
export const layOut = (plan: Plan, bytes: Uint8Array, heap: number): MemoryLayout => {
  const planAt = roundUp(heap, 64);
  const constantsAt = planAt + plan.constants.byteOffset - bytes.byteOffset;
  const scratchAt = roundUp(planAt + bytes.length, 64);
  const scratch = plan.operators.reduce((most, operator) => Math.max(most, scratchOf(operator, plan)), 0);
  const arenaAt = roundUp(scratchAt + scratch, 64);
  const arenaEnd = roundUp(arenaAt + plan.arena + slackBytes, 64);
  const widened = new Map<Convolution | Depthwise, number>();
  let recordsAt = arenaEnd;
  for (const operator of plan.operators) {
    if (!hasNarrowWeights(operator, plan)) continue;
    widened.set(operator, recordsAt);
    recordsAt = roundUp(recordsAt + widenedBytes(operator, plan), 64);
  }
  const places: Places = {
    tensor(index) {
      const { place, offset } = plan.tensors[index]!;
      return (place === "arena" ? arenaAt : constantsAt) + offset;
    },
    constant: (offset) => constantsAt + offset,
    weights: (layer) => widened.get(layer) ?? constantsAt + layer.weights,
    photo: arenaAt + plan.input.offset,
    scratch: scratchAt,
  };
  const along = areDoneAlong(plan);
  const calls: Call[] = [];
  for (const [i, operator] of plan.operators.entries()) {
    const made = callsOf(operator, plan, places);
    if (along[i]) {
      calls.at(-1)!.words[nextWord] = recordsAt + calls.length * recordWords * 4;
      made[0]!.along = true;
    }
    calls.push(...made);
  }
  const end = recordsAt + calls.length * recordWords * 4 + slackBytes;
  return { planAt, scratchAt, arenaEnd, places, widened, calls, recordsAt, end };
};
