/** Many damaged and altered plans, one after the other. */
import { expect } from "vitest";
import { encodePlan } from "../../shared/engine/lean/encode.ts";
import type { Plan } from "../../shared/engine/lean/plan.ts";
import { alter } from "./alterations.ts";
import { createDice } from "./dice.ts";
import type { hostileLimits } from "./hostile.ts";
import { allowedMs, type HostileThread } from "./hostile-thread.ts";
import { damage } from "./mutants.ts";

/**
 * Two of three are altered by someone who knows the format, the others damaged byte by byte.
 *
 * @returns how many were run, and why the others were refused
 * @throws Error when one broke out of its memory or took longer than its work explains
 */
export const runMutants = async (
  thread: HostileThread,
  sources: readonly Plan[],
  { count, seed, limits }: { count: number; seed: number; limits?: Partial<typeof hostileLimits> },
): Promise<{ ran: number; refusals: Set<string> }> => {
  const dice = createDice(seed);
  let ran = 0;
  const refusals = new Set<string>();
  for (let i = 0; i < count; i++) {
    const plan = dice.oneOf(sources);
    const bytes = dice.chance(2 / 3) ? await encodePlan(alter(plan, dice)) : damage(await encodePlan(plan), dice);
    const outcome = await thread.run(bytes, undefined, limits);
    if ("refused" in outcome) refusals.add(outcome.refused);
    else {
      ran++;
      expect(outcome.cpuMs, `mutant ${i} of seed ${seed}`).toBeLessThan(allowedMs(outcome.work));
    }
  }
  return { ran, refusals };
};
