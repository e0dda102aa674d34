/** docs/cost.md: prose by hand, and tables between `<!-- cost: NAME -->` and `<!-- /cost -->` that are computed. */
import { tables } from "./tables.ts";

const block = /<!-- cost: ([a-z-]+) -->\n[\s\S]*?<!-- \/cost -->/g;

/**
 * The same document with every table computed anew.
 * @throws Error naming a table that it asks for and that does not exist, or that exists and is not shown
 */
export const recompute = (document: string): string => {
  const shown = new Set<string>();
  const computed = document.replace(block, (_, name: string) => {
    const table = tables[name];
    if (table === undefined)
      throw new Error(`docs/cost.md asks for the table ${name}; there are ${Object.keys(tables).join(", ")}`);
    shown.add(name);
    return `<!-- cost: ${name} -->\n${table()}\n<!-- /cost -->`;
  });
  const hidden = Object.keys(tables).filter((name) => !shown.has(name));
  if (hidden.length > 0) throw new Error(`docs/cost.md does not show ${hidden.join(", ")}; add <!-- cost: NAME -->`);
  return computed;
};
