/** A sweep as people follow it: a line per trial, and in the end the table, the best first. */
import type { Trial } from "../../shared/training-job.ts";
import { differing, setting, sweepTable } from "../../training/sweep/table.ts";
import type { ScoredTrial } from "../../training/sweep/trials.ts";
import type { Context } from "../context.ts";
import { percent, table } from "../terminal.ts";

/** @param done how many trials are, with this one */
export const printTrial = (
  { terminal }: Context,
  { trial, scores: { nll, top1 } }: ScoredTrial,
  done: number,
  all: readonly Trial[],
): void => {
  const settings = differing(all).map((key) => setting(trial, key));
  terminal.line(
    `trial      ${done} of ${all.length}: ${settings.join(", ")}: loss ${nll.toFixed(4)}, ${percent(top1)}`,
  );
};

export const printSweep = ({ terminal }: Context, scored: readonly ScoredTrial[]): void => {
  const { head, rows } = sweepTable(scored);
  terminal.line();
  terminal.line(table(head, rows));
  terminal.line("the first becomes the model; its figures below come from other folds than these\n");
};
