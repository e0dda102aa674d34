/** The ways to train that a sweep tries: every combination of what its axes list. */
import { MOST_TRIALS, type Trial, trialSchema } from "../../shared/training-job.ts";
import { headChoice, headFlags, lacksOf } from "../head/choice.ts";

/** What may be swept, by the option of `whippet train` that sets it alone. */
const axes: Readonly<Record<string, keyof Trial>> = {
  backbone: "backbone",
  head: "head",
  views: "views",
  ...Object.fromEntries(Object.entries(headFlags).map(([key, flag]) => [flag.slice(2), key as keyof Trial])),
};

/** Both embedded backbones under a weak, the usual and a strong L2 penalty. A keras head takes minutes where these take seconds. */
export const defaultGrid = "backbone=lite0,lite2 strength=10,3,1";

/**
 * @param grid axes separated by spaces, each with values separated by commas, such as `backbone=lite0,lite2 strength=1,3,10`
 * @param base what all trials share; an axis goes before it
 * @returns at least two trials, each only with settings that its head has, none twice
 * @throws Error naming what is wrong with the grid, and how it is written
 */
export const parseGrid = (grid: string, base: Trial): Trial[] => {
  const listed = new Map<keyof Trial, unknown[]>();
  for (const axis of grid.trim().split(/\s+/)) {
    const [name = "", values] = axis.split("=", 2);
    const key = axes[name];
    if (key === undefined || !values)
      throw new Error(
        `${JSON.stringify(axis)} is no axis of a sweep; write one as NAME=VALUE,VALUE with a name of ${Object.keys(axes).join(", ")}`,
      );
    if (listed.has(key)) throw new Error(`${name} stands in the sweep twice; list all its values once`);
    listed.set(
      key,
      values.split(",").map((value) => read(name, key, value)),
    );
  }
  let combined: Trial[] = [base];
  for (const [key, values] of listed)
    combined = combined.flatMap((trial) => values.map((value) => ({ ...trial, [key]: value }) as Trial));
  const trials = [...new Map(combined.map(onlyOwn).map((trial) => [JSON.stringify(trial), trial])).values()];
  if (trials.length < 2)
    throw new Error(`a sweep of ${trials.length} way to train compares nothing; list further values`);
  if (trials.length > MOST_TRIALS)
    throw new Error(
      `a sweep of ${trials.length} ways to train is too much, ${MOST_TRIALS} is the most; list fewer values`,
    );
  return trials;
};

const read = (name: string, key: keyof Trial, value: string): unknown => {
  const given = trialSchema.shape[key].safeParse(/^[\d.-]/.test(value) && key !== "backbone" ? Number(value) : value);
  if (given.success) return given.data;
  throw new Error(`${name}=${value}: ${given.error.issues.map(({ message }) => message).join("; ")}`);
};

/** Without what its head does not have, in one order, so that the same way to train reads the same. */
const onlyOwn = (trial: Trial): Trial => {
  const lacking = lacksOf(trial.head ?? "linear");
  return Object.fromEntries(
    Object.values(axes).flatMap((key) => (trial[key] === undefined || lacking.has(key) ? [] : [[key, trial[key]]])),
  ) as Trial;
};

/** What of a training's options a trial decides. */
export const settingsOf = ({ backbone, views, ...head }: Trial, seed: number) => ({
  ...(backbone !== undefined && { backbone }),
  ...(views !== undefined && { views }),
  head: headChoice(head, seed),
});
