/**
 * Comma-separated values as RFC 4180 has them: quoted cells may hold commas, quotes (doubled) and line ends. A byte order mark
 * and lone line feeds are taken as well, for spreadsheets and scripts write them.
 */

export interface CsvRow {
  /** Where it begins in the file, from 1; what messages name. */
  line: number;
  cells: string[];
}

const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|\r|$)/y;

/**
 * Empty lines are no rows.
 * @throws Error naming the line whose quotes don't close
 */
export const parseCsv = (text: string): CsvRow[] => {
  const rows: CsvRow[] = [];
  let line = 1;
  let row: CsvRow = { line, cells: [] };
  cell.lastIndex = text.startsWith("\uFEFF") ? 1 : 0;
  while (cell.lastIndex < text.length || row.cells.length > 0) {
    const found = cell.exec(text);
    if (!found)
      throw new Error(
        `line ${line} has a quote that does not close, or one in the middle of a cell; write "" for a quote`,
      );
    const [, content, end] = found as unknown as [string, string, string];
    row.cells.push(content.startsWith('"') ? content.slice(1, -1).replaceAll('""', '"') : content);
    line += content.split("\n").length - 1;
    if (end === ",") continue;
    if (row.cells.length > 1 || row.cells[0] !== "") rows.push(row);
    row = { line: ++line, cells: [] };
  }
  return rows;
};

/** Every cell quoted where it must be. */
export const writeCsv = (rows: readonly (readonly string[])[]): string =>
  rows.map((cells) => `${cells.map(quoted).join(",")}\r\n`).join("");

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
