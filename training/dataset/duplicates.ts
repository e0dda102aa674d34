/** Files with the same bytes: one of them is enough, and none can be trusted when their labels disagree. */

import { named as listed } from "../text.ts";
import { byCodePoint, type LabelledFile, type Skipped } from "./dataset.ts";
import { group } from "./group.ts";

export interface HashedFile extends LabelledFile {
  sha256: string;
}

/** Keeps the first path of identical photos under one label, and none of those that lie under several. */
export const dropDuplicates = (
  files: readonly HashedFile[],
): { kept: HashedFile[]; identical: number; skipped: Skipped[]; warnings: string[] } => {
  const kept: HashedFile[] = [];
  let identical = 0;
  const skipped: Skipped[] = [];
  const warnings: string[] = [];
  const sorted = [...files].sort((a, b) => byCodePoint(a.path, b.path));
  for (const same of group(sorted, ({ sha256 }) => sha256).values()) {
    const [first, ...others] = same as [HashedFile, ...HashedFile[]];
    const labels = [...new Set(same.map(({ label }) => label))];
    if (labels.length === 1) {
      kept.push(first);
      identical += others.length;
      skipped.push(...others.map(({ path }) => ({ path, reason: `the same photo as ${first.path}; one is enough` })));
    } else {
      const named = labels.sort(byCodePoint).join('" and "');
      skipped.push(
        ...same.map(({ path }) => ({ path, reason: `the same photo is labelled "${named}"; keep it under one label` })),
      );
      warnings.push(
        `the same photo is labelled "${named}" (${listed(same.map(({ path }) => path))}); all its copies are left out: keep it under one label`,
      );
    }
  }
  return { kept, identical, skipped, warnings };
};
