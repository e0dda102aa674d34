/**
 * A CSV that says which photo is what: `id,breed` as Kaggle's competitions have it (the photo is `train/<id>.jpg`), or
 * `path,label`. Columns are known by their header; labels are taken verbatim.
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import { type CsvRow, parseCsv } from "./csv.ts";
import { SEPARATOR } from "./label-sets.ts";
import { codeOf } from "./walk.ts";

export interface PhotoRow {
  line: number;
  /** The photo's id, or its path below the folder of photos. */
  photo: string;
}

export interface LabelRow extends PhotoRow {
  label: string;
}

/** A photo that may show several things, or none of them. */
export interface LabelsRow extends PhotoRow {
  /** None twice, in the table's order. */
  labels: string[];
}

export interface LabelTable<Row = LabelRow> {
  /** The file's name, for messages. */
  name: string;
  /** What `photo` is. */
  by: "id" | "path";
  rows: Row[];
}

const photoColumns = ["id", "path"] as const;
const labelColumns = ["label", "breed"];

const cellSchema = z.string().refine((text) => text.trim() !== "", "is empty; fill it in, or remove the row");
/** An id is a file's name without its ending, never a way to another folder. */
const idSchema = cellSchema.refine(
  (text) => !/[/\\\0]/.test(text) && text !== "." && text !== "..",
  'is no id; for paths call the column "path"',
);

/** @throws Error naming the file, the line, and what is wrong with it */
export const readLabelTable = (file: string): Promise<LabelTable> =>
  readTable(file, { columns: "path,label", labelColumns }, ({ line, photo, title, cell }): LabelRow => {
    // a label may hold anything, but a column called otherwise may hold several
    if (cell.includes(SEPARATOR) && !labelColumns.includes(title))
      throw new Error(`line ${line}: "${cell}" are several labels; train with --multi-label, or give each photo one`);
    return { line, photo, label: filled(line, title, cell) };
  });

/**
 * A table of `path,labels` or `id,labels`, with `|` between the labels of a photo; an empty cell is a photo without any.
 *
 * @throws Error naming the file, the line, and what is wrong with it
 */
export const readLabelsTable = (file: string): Promise<LabelTable<LabelsRow>> =>
  readTable(file, { columns: "path,labels", labelColumns: ["labels"] }, ({ line, photo, cell }): LabelsRow => {
    const labels = cell.trim() === "" ? [] : cell.split(SEPARATOR).map((label) => filled(line, "label", label.trim()));
    return { line, photo, labels: [...new Set(labels)] };
  });

interface Columns {
  /** As messages call them. */
  columns: string;
  /** What the column with the labels may be called; where there are two columns it is the other one, whatever it is called. */
  labelColumns: readonly string[];
}

interface Cells extends PhotoRow {
  /** Of the column with the labels, in lower case, and what it holds. */
  title: string;
  cell: string;
}

const readTable = async <Row>(file: string, known: Columns, toRow: (cells: Cells) => Row): Promise<LabelTable<Row>> => {
  const name = basename(file);
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new Error(`${file} cannot be read (${codeOf(cause)}); give a CSV of id,breed or ${known.columns}`, { cause });
  });
  try {
    const [header, ...rows] = parseCsv(text);
    if (!header) throw new Error(`is empty; its first line names the columns: id,breed or ${known.columns}`);
    const { by, photoAt, labelAt } = columnsOf(header, known);
    const title = header.cells[labelAt]!.trim().toLowerCase();
    const toCells = ({ line, cells }: CsvRow): Cells => {
      if (cells.length !== header.cells.length)
        throw new Error(
          `line ${line} has ${cells.length} cells where the header has ${header.cells.length}; ` +
            "put text with commas into quotes",
        );
      const photo = checked(line, by, cells[photoAt]!, by === "id" ? idSchema : cellSchema);
      return { line, photo, title, cell: cells[labelAt]! };
    };
    return { name, by, rows: rows.map((row) => toRow(toCells(row))) };
  } catch (cause) {
    throw new Error(`${name} ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
};

const columnsOf = (
  { cells }: CsvRow,
  { columns, labelColumns }: Columns,
): { by: LabelTable["by"]; photoAt: number; labelAt: number } => {
  const titles = cells.map((title) => title.trim().toLowerCase());
  const by = photoColumns.find((column) => titles.includes(column));
  const photoAt = by === undefined ? -1 : titles.indexOf(by);
  const labelAt = titles.length === 2 ? 1 - photoAt : titles.findIndex((title) => labelColumns.includes(title));
  if (by === undefined || labelAt === -1 || labelAt > cells.length - 1)
    throw new Error(`line 1 has the columns ${cells.join(",")}; call them id,breed or ${columns}`);
  return { by, photoAt, labelAt };
};

const checked = (line: number, title: string, value: string, schema: z.ZodType<string>): string => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`line ${line}: the ${title} ${parsed.error.issues[0]?.message}`);
};

const filled = (line: number, title: string, value: string): string => checked(line, title, value, cellSchema);
