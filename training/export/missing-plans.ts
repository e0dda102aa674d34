/** Forms of the ladder that a graph does not have, since the lean engine would not run them: found out where they are wanted. */
import type { Form, PlanFamily, Rung } from "./ladder.ts";
import { NoPlanError } from "./plan/no-plan.ts";

/** Why there is no plan, by family. */
export type MissingPlans = Map<PlanFamily, string>;

/** @returns undefined where the graph has no such plan, which `missing` then says */
export const buildIfThere = async (rung: Rung, missing: MissingPlans): Promise<Form | undefined> => {
  if (rung.plan && missing.has(rung.plan)) return undefined;
  try {
    return await rung.build();
  } catch (error) {
    if (!rung.plan || !(error instanceof NoPlanError)) throw error;
    missing.set(rung.plan, error.message);
    return undefined;
  }
};

/** The first plan that there is. */
export const firstPlan = async (ladder: readonly Rung[], missing: MissingPlans): Promise<Form | undefined> => {
  for (const rung of ladder) {
    const form = rung.plan && (await buildIfThere(rung, missing));
    if (form) return form;
  }
  return undefined;
};

export const notesOfMissing = (ladder: readonly Rung[], missing: MissingPlans): string[] => {
  const [first] = missing.values();
  if (ladder.every(({ plan }) => !plan || missing.has(plan)))
    return first === undefined ? [] : [`no model.plan: ${first}; the web engine runs ONNX`];
  return Array.from(missing, ([family, why]) => `no plan of ${family}: ${why}`);
};
