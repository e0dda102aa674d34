/** Labels that people read as one: they differ only in case, or in how an accent is encoded. */
import { byCodePoint } from "./dataset.ts";
import { group } from "./group.ts";

/** A warning for each set of them. */
export const sameButForCase = (labels: readonly string[]): string[] => {
  const groups = group([...labels].sort(byCodePoint), (label) => label.normalize("NFC").toLowerCase());
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => `the classes "${group.join('" and "')}" differ only in case; merge them if they mean the same`);
};
