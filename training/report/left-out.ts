/** What of a data set was not learned from, as its report tells it. */
import { relative } from "node:path";
import type { LeftOut } from "../../shared/training-facts.ts";
import type { Dataset } from "../dataset/dataset.ts";

/** @param named whether files may be named */
export const leftOutOf = (
  { skipped, identical, nearDuplicates, warnings, root }: Dataset,
  named: boolean,
): LeftOut => ({
  skipped: skipped.length - identical,
  identical,
  nearDuplicates: nearDuplicates.length,
  wouldLeak: nearDuplicates.filter(({ wouldLeak }) => wouldLeak).length,
  ...(named && {
    files: skipped.map(({ path, reason }) => ({ path: relative(root, path), reason })),
    warnings,
  }),
});
