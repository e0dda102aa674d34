/**
 * What a training writes while it works, for whoever watches it: history.csv row by row, and TensorBoard's events where they are
 * wanted. A training that goes on where it was stopped goes on in its file too.
 */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Epoch } from "../../shared/training-facts.ts";
import { historyHead, historyRow } from "../history.ts";
import { scalarRecord, versionRecord } from "./event-file.ts";

export interface RunLog {
  /** Of the history. */
  file: string;
  onEpoch(row: Epoch): void;
}

export interface RunLogOptions {
  /** Of this run; made when the first row comes. */
  folder: string;
  /** Where TensorBoard looks. */
  tensorboard?: string | undefined;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** Rows are written at once: a run that is killed has them. */
export const createRunLog = ({ folder, tensorboard, now = Date.now }: RunLogOptions): RunLog => {
  const file = join(folder, "history.csv");
  let events: string | undefined;

  const begin = ({ epoch }: Epoch): void => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, [historyHead, ...rowsBefore(file, epoch)].map((line) => `${line}\n`).join(""));
    if (tensorboard === undefined) return;
    mkdirSync(tensorboard, { recursive: true });
    // TensorBoard reads the files of a folder in the order of their names, which begin with the time
    events = join(tensorboard, `events.out.tfevents.${Math.floor(now() / 1000)}.whippet.${process.pid}`);
    appendFileSync(events, versionRecord(now() / 1000));
  };
  let begun = false;

  return {
    file,
    onEpoch(row) {
      if (!begun) begin(row);
      begun = true;
      appendFileSync(file, `${historyRow(row)}\n`);
      if (events === undefined) return;
      const { epoch, seconds, ...scalars } = row;
      const tags = Object.fromEntries(
        Object.entries(scalars).map(([name, value]) => [`epoch/${name}`, value as number]),
      );
      appendFileSync(events, scalarRecord(now() / 1000, epoch, tags));
    },
  };
};

/** Of an earlier attempt, the rows before the epoch that this one goes on with. */
const rowsBefore = (file: string, epoch: number): string[] => {
  if (epoch === 1) return [];
  try {
    const [head, ...rows] = readFileSync(file, "utf8").trim().split("\n");
    return head === historyHead ? rows.filter((row) => Number.parseInt(row, 10) < epoch) : [];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
};
