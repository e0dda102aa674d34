/** What a photo may cost in a function of a given memory, which CloudWatch calls MB and means MiB. */
import type { EngineKind } from "../../shared/engine/engine.ts";
import { lambdaLimits } from "../../shared/limits.ts";
import type { Limits } from "../../shared/pixels/limits.ts";
import { MB_PER_CORE, memorySizes } from "./memory-sizes.ts";

const MIB = 1024 * 1024;

/**
 * Most that Node, the engine with a model of lite2's size and one request's event take, in MiB; measured under Lambda's
 * runtime client with lite0 at 170 and 240. `test/long/lambda.test.ts` holds every size on offer to it.
 */
const OCCUPIED: Record<EngineKind, number> = { native: 220, web: 280 };

/** A decoder's memory is freed by the collector, which comes when the next photo's decoder already stands beside it. */
const DECODERS = 2;

/**
 * @param memory of the function, in MiB
 * @throws Error when that is too little to serve at all
 */
export const functionLimits = (memory: number, engine: EngineKind): Limits => {
  if (memory < memorySizes[0])
    throw new Error(
      `the function has ${memory} MB of memory; give it ${memorySizes[0]} or more, ${MB_PER_CORE} for a whole processor`,
    );
  const free = (memory - OCCUPIED[engine]) * MIB;
  return { ...lambdaLimits.photo, memory: Math.min(lambdaLimits.photo.memory, Math.floor(free / DECODERS)) };
};
