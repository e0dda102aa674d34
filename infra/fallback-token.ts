/**
 * What the Worker and the Lambda share where access is by key, so that the one may pass requests on to the other: the Worker
 * has looked at the caller's key and counted it, which the Lambda, whose bucket may not know that key, need not do again.
 */
import type { Settings } from "./settings.ts";

export const createFallbackToken = ({ access }: Settings): $util.Output<string> | undefined =>
  access === "key"
    ? $util.secret(new random.RandomPassword("FallbackToken", { length: 43, special: false }).result)
    : undefined;
