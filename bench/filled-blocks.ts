/** Documents of prose by hand, and tables between `<!-- KIND: NAME -->` and `<!-- /KIND -->` that are computed. */

export interface Filling {
  /** What errors call the document. */
  document: string;
  kind: string;
  /** By their names in the document. */
  tables: Readonly<Record<string, () => string>>;
}

/**
 * The same text with every table computed anew.
 * @throws Error naming a table that it asks for and that does not exist, or that exists and is not shown
 */
export const fillBlocks = (text: string, { document, kind, tables }: Filling): string => {
  const block = new RegExp(`<!-- ${kind}: ([a-z-]+) -->\\n[\\s\\S]*?<!-- /${kind} -->`, "g");
  const shown = new Set<string>();
  const filled = text.replace(block, (_, name: string) => {
    const table = tables[name];
    if (table === undefined)
      throw new Error(`${document} asks for the table ${name}; there are ${Object.keys(tables).join(", ")}`);
    shown.add(name);
    return `<!-- ${kind}: ${name} -->\n${table()}\n<!-- /${kind} -->`;
  });
  const hidden = Object.keys(tables).filter((name) => !shown.has(name));
  if (hidden.length > 0) throw new Error(`${document} does not show ${hidden.join(", ")}; add <!-- ${kind}: NAME -->`);
  return filled;
};
