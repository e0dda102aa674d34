/** Tells of a data set's warnings and of the files that were left out, without burying the reader under them. */
import type { Dataset, Skipped } from "./dataset/dataset.ts";
import type { Progress } from "./progress.ts";
import { shorten, wrapped } from "./text.ts";

/** What is told one by one: warnings, which may be long, and files. */
const [WARNINGS, FILES] = [5, 10];
/** Columns that the path of a file may take. */
const PATH = 60;

export const reportLeftOut = (
  progress: Pick<Progress, "line">,
  { warnings, skipped }: Pick<Dataset, "warnings" | "skipped">,
): void => {
  const told = warnings.map((warning) => `warning: ${warning}`);
  tell(progress, told, WARNINGS, "warning");
  reportFiles(progress, "skipped", skipped);
};

/** @param what became of them */
export const reportFiles = (progress: Pick<Progress, "line">, what: string, files: readonly Skipped[]): void => {
  const told = files.map(({ path, reason }) => `${what} ${shorten(path, PATH)}: ${reason}`);
  tell(progress, told, FILES, "file");
};

const tell = (progress: Pick<Progress, "line">, texts: readonly string[], listed: number, what: string): void => {
  for (const text of texts.slice(0, listed)) for (const line of wrapped(`  ${text}`, "    ")) progress.line(line);
  const more = texts.length - listed;
  if (more > 0) progress.line(`  … and ${more} more ${more === 1 ? what : `${what}s`} (all of them with --json)`);
};
