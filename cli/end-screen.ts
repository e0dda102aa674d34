/** The last screen of `train`: how good the model is, where it fails, what was left out, and what to do next. */
import type { Manifest, Scores } from "../shared/manifest.ts";
import type { FormFacts } from "../shared/training-facts.ts";
import { mainInterval } from "../training/metrics/main.ts";
import { COLUMNS, named, shorten, wrapped } from "../training/text.ts";
import type { Context } from "./context.ts";
import { count, duration, megabytes, percent, spelled, table } from "./terminal.ts";
import type { Trained } from "./trained.ts";

/** Columns of what a line is about, as a stage's name takes them. */
const LEFT = 11;
/** Of a label. */
const NAME = 20;
/** Pairs and classes that are named. */
const NAMED = 3;

/** @param next what to do now, each a line to paste */
export const printTrained = ({ terminal }: Context, trained: Trained, next: readonly string[]): void => {
  const { model, version, promoted, existed, classes, metrics, gate, seconds, report } = trained;
  terminal.line();
  terminal.line(figuresTable(trained));
  terminal.line();
  const lines: [about: string, text: string | undefined][] = [
    ["judged", judgedBy(trained)],
    ["optimistic", trained.optimistic && `${trained.optimistic.reason}. Photos of your own may be harder.`],
    ["scores", calibrated(trained.metrics)],
    ["unknown", unknown(trained)],
    ["none", none(trained)],
    ["confused", confused(trained)],
    ["hardest", hardest(trained)],
    ["left out", leftOut(trained)],
    ...notesOf(trained).map((note): [string, string] => ["gate", note]),
    ["gate", gate.forced ? "published with --force although it was refused" : undefined],
    ["report", report === null ? undefined : "curves, mistakes and all figures on one page:"],
  ];
  for (const [about, text] of lines)
    if (text !== undefined)
      for (const line of wrapped(about.padEnd(LEFT) + text, " ".repeat(LEFT))) terminal.line(line);
  // whole, so that it can be pasted
  if (report !== null) terminal.line(`  ${report}`);
  terminal.line();
  const how = promoted ? "Published" : "Published, not promoted:";
  const what = metrics.float?.decisions ? "labels" : "classes";
  terminal.line(`${how} ${model} ${version}: ${classes} ${what} in ${duration(seconds * 1000)}.`);
  if (existed) terminal.line("  It was there already, with the report of then.");
  terminal.line("Next:");
  for (const line of next) terminal.line(`  ${line}`);
};

/** Agreement stands in the table. */
const notesOf = ({ gate, figures }: Trained): string[] =>
  gate.notes.filter((note) => !figures?.training || !/ agrees on .* views /.test(note));

/** "91.4 to 95.8": how far accuracy may lie from what was counted, by chance alone. */
const intervalOf = (scores: Scores): string =>
  mainInterval(scores)
    ?.map((end) => (end * 100).toFixed(1))
    .join(" to ") ?? "-";

/** Float first, then each form on the engine that it was tried on. */
const figuresTable = ({ metrics, figures }: Trained): string => {
  const main = metrics.float?.decisions ? "mAP" : "accuracy";
  const tried = figures?.training?.forms.filter(({ trial }) => trial !== undefined);
  if (!tried) {
    const rows = [["float", metrics.float] as const, ["served", metrics.served] as const].flatMap(([name, scores]) =>
      scores ? [[name, ...scoresOf(scores)]] : [],
    );
    return table([`on ${count(metrics.float?.photos ?? 0)} photos`, main, "95% interval", "NLL", "ECE"], rows);
  }
  return table(
    ["", main, "95% interval", "NLL", "ECE", "agrees", "size", "time"],
    tried.map(({ name, bytes, ms, trial }) => [
      nameOf(name, trial),
      ...scoresOf(trial!.scores),
      name === "float" ? "-" : percent(trial!.agreement),
      megabytes(bytes),
      ms[trial!.engine] === undefined ? "-" : `${ms[trial!.engine]!.toFixed(1)} ms`,
    ]),
  );
};

const nameOf = (name: string, trial: FormFacts["trial"]): string =>
  name === "float" ? name : `${name}, ${trial!.passed ? trial!.engine : "refused"}`;

const scoresOf = (scores: Scores): string[] => [
  percent(scores.decisions?.map ?? scores.top1),
  intervalOf(scores),
  scores.nll.toFixed(3),
  scores.ece.toFixed(3),
];

const judgedBy = ({ judged, metrics }: Trained): string | undefined => {
  const photos = count(metrics.served?.photos ?? metrics.float?.photos ?? 0);
  if (judged?.method === "out-of-fold")
    return `each of ${photos} photos answered by one of ${spelled(judged.heads)} heads that had not learned from it`;
  return judged && `${photos} photos kept aside, answered by a head that had not learned from them`;
};

const calibrated = ({ served }: Manifest["metrics"]): string | undefined =>
  served && `${percent(served.ece)} beside the truth on average (ECE)`;

const unknown = ({ unknown }: Trained): string | undefined =>
  unknown && !unknown.bare
    ? `keeps ${percent(unknown.kept)} of known photos${unknown.hidden ? `; of classes hidden from it tells ${percent(unknown.hidden.refused)}` : ""}`
    : undefined;

const none = ({ unknown }: Trained): string | undefined =>
  unknown?.bare &&
  `${percent(unknown.bare.refused)} of ${count(unknown.bare.photos)} photos without labels are given none, and ${percent(1 - unknown.kept)} of the others`;

const confused = ({ figures }: Trained): string | undefined => {
  const pairs = figures?.training?.confused;
  if (!pairs) return undefined;
  if (figures.served.scores.decisions) return undefined;
  if (pairs.length === 0) return "no class was taken for another";
  return pairs
    .slice(0, NAMED)
    .map(
      ({ label, answer, photos, of }) =>
        `${shorten(label, NAME)} for ${shorten(answer, NAME)} ${count(photos)} of ${count(of)}`,
    )
    .join("; ");
};

const hardest = ({ figures }: Trained): string | undefined => {
  const worst = figures?.served.perClass
    .filter(({ support, f1 }) => support > 0 && f1 < 1)
    .sort((a, b) => a.f1 - b.f1)
    .slice(0, NAMED);
  if (!worst || worst.length === 0) return undefined;
  return worst
    .map(
      ({ label, recall, precision }) =>
        `${shorten(label, NAME)} (recall ${percent(recall, 0)}, precision ${percent(precision, 0)})`,
    )
    .join(", ");
};

const leftOut = ({ figures, skipped }: Trained): string => {
  const { identical = 0, nearDuplicates = 0 } = figures?.training?.leftOut ?? {};
  const others = skipped.length - identical;
  const parts = [
    ...(others > 0 ? [`${count(others)} ${others === 1 ? "file" : "files"} skipped`] : []),
    ...(identical > 0 ? [`${count(identical)} identical`] : []),
    ...(nearDuplicates > 0
      ? [
          `${count(nearDuplicates)} ${nearDuplicates === 1 ? "picture" : "pictures"} that several photos show kept together`,
        ]
      : []),
  ];
  return parts.length === 0 ? "nothing" : named(parts, COLUMNS);
};
