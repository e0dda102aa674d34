/** Steps `trial` and `best`: a sweep's trials, kept in the training's work as they come, so that no attempt repeats them. */
import { z } from "zod";
import { scoresSchema } from "../../shared/manifest.ts";
import { type TrainingJob, type Trial, trialSchema } from "../../shared/training-job.ts";
import { sweepTable } from "../sweep/table.ts";
import { runTrials, type ScoredTrial, type TrialsOptions } from "../sweep/trials.ts";
import type { Log } from "./log.ts";

export interface SweepOptions extends Pick<TrialsOptions, "cache" | "signal" | "tensorflow"> {
  job: TrainingJob;
  /** The folder that holds them. */
  photos: string;
  log: Log;
}

const scoredSchema = z.object({
  trial: trialSchema,
  scores: scoresSchema,
  losses: z.array(z.number().nullable()),
  seconds: z.number(),
});

const keyOf = ({ id, options }: TrainingJob, trial: Trial): string => `sweeps/${id}/${options.sweep!.indexOf(trial)}`;

/** Runs those of the job's trials that nobody has run yet. @returns all, in their order */
export const runMissing = async (
  trials: readonly Trial[],
  { job, photos, cache, log, signal, tensorflow }: SweepOptions,
): Promise<ScoredTrial[]> => {
  const known = new Map<Trial, ScoredTrial>();
  for (const trial of trials) {
    const bytes = await cache.read(keyOf(job, trial));
    if (bytes) known.set(trial, scoredSchema.parse(JSON.parse(new TextDecoder().decode(bytes))));
  }
  const { validation, seed, inputSize, multiLabel } = job.options;
  const missing = trials.filter((trial) => !known.has(trial));
  if (missing.length > 0)
    await runTrials({
      ...{ photos, multiLabel, cache, signal, tensorflow, validation, seed },
      ...(inputSize !== undefined && { ownBackbone: { size: inputSize } }),
      trials: missing,
      progress: log.progress,
      async onTrial(scored) {
        known.set(scored.trial, scored);
        await cache.write(keyOf(job, scored.trial), new TextEncoder().encode(JSON.stringify(scored)));
        log.emit({ event: "trial", trial: scored.trial, scores: scored.scores });
      },
    });
  return trials.map((trial) => known.get(trial)!);
};

/** All trials of the job, those that a machine owes computed here; says how they compare. */
export const collectTrials = async (options: SweepOptions): Promise<ScoredTrial[]> => {
  const { job, log } = options;
  const scored = await runMissing(job.options.sweep ?? [], options);
  const { head, rows } = sweepTable(scored);
  for (const row of [head, ...rows]) log.progress.line(`sweep  ${row.join("  ")}`);
  return scored;
};
