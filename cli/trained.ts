/** What a training came to, on this machine or another: as data for scripts, and as people read it. */
import type { Manifest, ModelFile, Scores } from "../shared/manifest.ts";
import type { Metrics } from "../shared/metrics.ts";
import type { Skipped } from "../training/dataset/dataset.ts";
import type { Context } from "./context.ts";
import { count, duration, megabytes, percent, table, wrapped } from "./terminal.ts";

export interface Trained {
  model: string;
  version: string;
  promoted: boolean;
  /** It was published before, by an earlier run. */
  existed: boolean;
  seconds: number;
  photos: number;
  classes: number;
  skipped: readonly Skipped[];
  warnings: readonly string[];
  metrics: Manifest["metrics"];
  /** Who answered the photos of the figures, how the threshold does on what is unknown, and whether the figures flatter. */
  judged?: Metrics["judged"];
  unknown?: Metrics["unknown"];
  optimistic?: Metrics["optimistic"];
  files: readonly ModelFile[];
  serve: Manifest["serve"];
  gate: Manifest["gate"];
}

export const trainedAsJson = ({ files, ...trained }: Trained) => ({
  ...trained,
  files: files.map(({ trials, ...file }) => ({ ...file, metrics: trials })),
  report: null,
});

/** @param next what to do now, each a line */
export const printTrained = ({ terminal }: Context, trained: Trained, next: readonly string[]): void => {
  const { model, version, promoted, classes, metrics, files, gate, seconds } = trained;
  const what = metrics.float?.decisions ? "labels" : "classes";
  terminal.line();
  terminal.line(scoresTable(metrics));
  for (const line of explained(trained)) terminal.line(line);
  if (files.length > 0) terminal.line(`\n${filesTable(trained)}`);
  for (const note of gate.notes) terminal.line(`gate: ${note}`);
  if (gate.forced) terminal.line("gate: published with --force although it was refused");
  terminal.line();
  terminal.line(
    `${promoted ? "Published" : "Published, not promoted:"} ${model} ${version}: ${classes} ${what} ` +
      `in ${duration(seconds * 1000)}.`,
  );
  for (const line of next) terminal.line(line);
};

const scoresTable = ({ float, served }: Manifest["metrics"]): string => {
  const several = float?.decisions !== undefined;
  const columns = several
    ? ["mAP", "95% interval", "micro F1", "macro F1", "all right", "ECE"]
    : ["accuracy", "95% interval", "top 5", "NLL", "ECE"];
  const cells = (scores: Scores): string[] => {
    const { top1, interval, top5, nll, ece, decisions } = scores;
    if (!decisions) return [percent(top1), intervalOf(interval), percent(top5), nll.toFixed(3), ece.toFixed(3)];
    const { map, microF1, macroF1, exact, intervals } = decisions;
    return [
      percent(map),
      intervalOf(intervals?.map),
      ...[microF1, macroF1, exact].map((share) => percent(share)),
      ece.toFixed(3),
    ];
  };
  const rows = [["float", float] as const, ["served", served] as const];
  return table(
    [`on ${count(float?.photos ?? 0)} photos`, ...columns],
    rows.flatMap(([name, scores]) => (scores ? [[name, ...cells(scores)]] : [])),
  );
};

/** How the figures came about, and what speaks against taking them at face value; each line fits a narrow terminal. */
const explained = ({ judged, unknown, optimistic }: Trained): string[] => [
  ...(judged?.method === "out-of-fold"
    ? [`each photo answered by one of ${judged.heads} heads that had not learned from it`]
    : judged
      ? ["photos kept aside, answered by a head that had not learned from them"]
      : []),
  ...(unknown?.bare
    ? [
        `none: ${percent(unknown.bare.refused)} of ${count(unknown.bare.photos)} photos without labels are given none, and ${percent(1 - unknown.kept)} of the others`,
      ]
    : []),
  ...(unknown?.hidden
    ? [
        `unknown: keeps ${percent(unknown.kept)} of known photos; of classes hidden from it tells ${percent(unknown.hidden.refused)}`,
      ]
    : []),
  ...(optimistic ? wrapped(`optimistic: ${optimistic.reason}. Photos of your own may be harder.`) : []),
];

/** "91.4 to 95.8": how far a figure may lie from what was counted, by chance alone. */
const intervalOf = (interval: Scores["interval"]): string =>
  interval?.map((end) => (end * 100).toFixed(1)).join(" to ") ?? "–";

const filesTable = ({ files, serve }: Trained): string =>
  table(
    ["file", "size", "native", "web", "serves"],
    files.map(({ path, bytes, ms }) => [
      path,
      megabytes(bytes),
      ms.native === undefined ? "–" : `${ms.native.toFixed(1)} ms`,
      ms.web === undefined ? "–" : `${ms.web.toFixed(1)} ms`,
      [serve.native === path ? "native" : "", serve.web === path ? "web, edge" : ""].filter(Boolean).join(", "),
    ]),
  );
