/** What a training came to, on this machine or another: as data for scripts, and as people read it. */
import type { Manifest, ModelFile, Scores } from "../shared/manifest.ts";
import type { Skipped } from "../training/dataset/dataset.ts";
import { wilsonInterval } from "../training/metrics/interval.ts";
import type { Context } from "./context.ts";
import { duration, megabytes, percent, table } from "./terminal.ts";

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
  const { float, served } = metrics;
  const rows = [["float", float] as const, ["served", served] as const].flatMap(([name, scores]) =>
    scores
      ? [
          [
            name,
            percent(scores.top1),
            intervalOf(scores),
            percent(scores.top5),
            scores.nll.toFixed(3),
            scores.ece.toFixed(3),
          ],
        ]
      : [],
  );
  terminal.line();
  terminal.line(
    table([`on ${float?.photos ?? 0} validation photos`, "accuracy", "95% interval", "top 5", "NLL", "ECE"], rows),
  );
  if (files.length > 0) terminal.line(`\n${filesTable(trained)}`);
  for (const note of gate.notes) terminal.line(`gate: ${note}`);
  if (gate.forced) terminal.line("gate: published with --force although it was refused");
  terminal.line();
  terminal.line(
    `${promoted ? "Published" : "Published, not promoted:"} ${model} ${version}: ${classes} classes ` +
      `in ${duration(seconds * 1000)}.`,
  );
  for (const line of next) terminal.line(line);
};

/** "91.4 to 95.8": how far accuracy may lie from what was counted, by chance alone. */
const intervalOf = ({ top1, photos }: Scores): string =>
  wilsonInterval(top1, photos)
    .map((end) => (end * 100).toFixed(1))
    .join(" to ");

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
