/** history.csv: what each epoch of a training came to. */
import type { Epoch } from "../shared/training-facts.ts";

const columns = [
  "epoch",
  "loss",
  "accuracy",
  "validationLoss",
  "validationAccuracy",
  "seconds",
  "learningRate",
] as const satisfies readonly (keyof Epoch)[];

export const historyHead = columns.join(",");

export const historyRow = (row: Epoch): string => columns.map((column) => row[column] ?? "").join(",");

export const historyCsv = (history: readonly Epoch[]): string =>
  [historyHead, ...history.map(historyRow)].map((line) => `${line}\n`).join("");
