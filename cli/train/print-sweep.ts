/** A sweep as people follow it: a line per trial, and in the end the table, the best first. */
import type { Scores } from "../../shared/manifest.ts";
import type { Trial } from "../../shared/training-job.ts";
import { mainName, mainShare } from "../../training/metrics/main.ts";
import { differing, setting, settingName, sweepTable } from "../../training/sweep/table.ts";
import type { ScoredTrial } from "../../training/sweep/trials.ts";
import type { Context } from "../context.ts";
import { percent, table } from "../terminal.ts";

/** @param settings what tells the trial from others */
export const trialLine = (settings: readonly string[], scores: Scores, place = ""): string =>
  `trial      ${place}${settings.join(", ")}: loss ${scores.nll.toFixed(4)}, ${mainName(scores)} ${percent(mainShare(scores))}`;

/** @param done how many trials are, with this one */
export const printTrial = (
  { terminal }: Context,
  { trial, scores }: ScoredTrial,
  done: number,
  all: readonly Trial[],
): void => {
  const settings = differing(all).flatMap((key) => {
    const value = trial[key];
    if (value === undefined && setting(trial, key) === "–") return [];
    return typeof value === "number" || key === "views"
      ? `${settingName(key)} ${setting(trial, key)}`
      : setting(trial, key);
  });
  terminal.line(trialLine(settings, scores, `${done} of ${all.length}: `));
};

export const printSweep = ({ terminal }: Context, scored: readonly ScoredTrial[]): void => {
  const { head, rows } = sweepTable(scored);
  terminal.line();
  terminal.line(table(head, rows));
  terminal.line("the first becomes the model; its figures below come from other folds than these\n");
};
