/** A sweep's trials as rows to read: only what differs among them, the best first. */
import type { Trial } from "../../shared/training-job.ts";
import { defaultBackbone } from "../backbone/catalogue.ts";
import { mainInterval, mainName, mainShare } from "../metrics/main.ts";
import type { ScoredTrial } from "./trials.ts";

/** What a trial has that does not say so. */
const usual: Trial = { backbone: defaultBackbone, head: "linear", views: 1 };

/** Settings that not all trials share, in the order in which a trial lists them. */
export const differing = (trials: readonly Trial[]): (keyof Trial)[] => {
  const keys = new Set(trials.flatMap((trial) => Object.keys({ ...usual, ...trial }) as (keyof Trial)[]));
  return [...keys].filter((key) => new Set(trials.map((trial) => setting(trial, key))).size > 1);
};

/** "–" for one that its head does not have, or that is as usual. */
export const setting = (trial: Trial, key: keyof Trial): string => String(trial[key] ?? usual[key] ?? "–");

/** "learning rate" of `learningRate`. */
export const settingName = (key: keyof Trial): string => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

export interface SweepTable {
  head: string[];
  rows: string[][];
}

export const sweepTable = (scored: readonly ScoredTrial[]): SweepTable => {
  const keys = differing(scored.map(({ trial }) => trial));
  const percent = (share: number): string => (share * 100).toFixed(1);
  return {
    head: [...keys.map(settingName), "loss", mainName(scored[0]!.scores), "95% interval", "ECE", "time"],
    rows: [...scored]
      .sort((a, b) => a.scores.nll - b.scores.nll)
      .map(({ trial, scores, seconds }) => [
        ...keys.map((key) => setting(trial, key)),
        scores.nll.toFixed(4),
        `${percent(mainShare(scores))}%`,
        mainInterval(scores)?.map(percent).join(" to ") ?? "–",
        scores.ece.toFixed(3),
        `${seconds.toFixed(1)} s`,
      ]),
  };
};
