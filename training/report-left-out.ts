/** Tells of a data set's warnings and of the files that were left out, without burying the reader under them. */
import type { Dataset } from "./dataset/dataset.ts";
import type { Progress } from "./progress.ts";

/** Files that are named one by one. */
const LISTED = 10;

export const reportLeftOut = (
  progress: Pick<Progress, "line">,
  { warnings, skipped }: Pick<Dataset, "warnings" | "skipped">,
): void => {
  for (const warning of warnings) progress.line(`  warning: ${warning}`);
  for (const { path, reason } of skipped.slice(0, LISTED)) progress.line(`  skipped ${path}: ${reason}`);
  if (skipped.length > LISTED) progress.line(`  … and ${skipped.length - LISTED} more (all of them with --json)`);
};
