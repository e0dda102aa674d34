/** history.csv: what each epoch of a training came to. */
import type { Epoch } from "./head/linear.ts";

const columns = ["epoch", "loss", "accuracy", "validationLoss", "validationAccuracy", "seconds"] as const;

export const historyCsv = (history: readonly Epoch[]): string =>
  [columns.join(","), ...history.map((row) => columns.map((column) => row[column] ?? "").join(","))]
    .map((line) => `${line}\n`)
    .join("");
