/** What a photo may cost in a function of a given memory, which CloudWatch calls MB and means MiB. */
import type { EngineKind } from "../../shared/engine/engine.ts";
import { type Limits, nodeLimits } from "../../shared/pixels/limits.ts";

const MIB = 1024 * 1024;

/**
 * What Node, the engine with a model of lite0's size, a second one while a promotion is taken over, and one request's
 * event take at most, in MiB. Measured by `npm run bench:lambda`; `test/long/lambda.test.ts` holds every size to it.
 */
const OCCUPIED: Record<EngineKind, number> = { native: 260, web: 300 };

/** The collector frees a decoder's memory some time after it was dropped: up to three of them may exist. */
const DECODERS = 3;

/** @param memory of the function, in MiB */
export const lambdaLimits = (memory: number, engine: EngineKind): Limits => ({
  ...nodeLimits,
  memory: Math.min(nodeLimits.memory, Math.floor(((memory - OCCUPIED[engine]) * MIB) / DECODERS)),
});
