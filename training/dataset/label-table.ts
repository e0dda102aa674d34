/**
 * A CSV that says which photo is what: `id,breed` as Kaggle's competitions have it (the photo is `train/<id>.jpg`), or
 * `path,label`. Columns are known by their header; labels are taken verbatim.
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import { type CsvRow, parseCsv } from "./csv.ts";
import { codeOf } from "./walk.ts";

export interface LabelRow {
  line: number;
  /** The photo's id, or its path below the folder of photos. */
  photo: string;
  label: string;
}

export interface LabelTable {
  /** The file's name, for messages. */
  name: string;
  /** What `photo` is. */
  by: "id" | "path";
  rows: LabelRow[];
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
export const readLabelTable = async (file: string): Promise<LabelTable> => {
  const name = basename(file);
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new Error(`${file} cannot be read (${codeOf(cause)}); give a CSV of id,breed or path,label`, { cause });
  });
  try {
    return { name, ...parseTable(text) };
  } catch (cause) {
    throw new Error(`${name} ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
};

const parseTable = (text: string): Omit<LabelTable, "name"> => {
  const [header, ...rows] = parseCsv(text);
  if (!header) throw new Error("is empty; its first line names the columns: id,breed or path,label");
  const { by, photoAt, labelAt } = columnsOf(header);
  const photoSchema = by === "id" ? idSchema : cellSchema;
  const value = (row: CsvRow, at: number, schema: z.ZodType<string>): string => {
    const parsed = schema.safeParse(row.cells[at]);
    if (parsed.success) return parsed.data;
    throw new Error(`line ${row.line}: the ${header.cells[at]} ${parsed.error.issues[0]?.message}`);
  };
  return {
    by,
    rows: rows.map((row) => {
      if (row.cells.length !== header.cells.length)
        throw new Error(
          `line ${row.line} has ${row.cells.length} cells where the header has ${header.cells.length}; ` +
            "put text with commas into quotes",
        );
      return { line: row.line, photo: value(row, photoAt, photoSchema), label: value(row, labelAt, cellSchema) };
    }),
  };
};

/** Which column holds what: the label's is the other one where there are two, whatever it is called. */
const columnsOf = ({ cells }: CsvRow): { by: LabelTable["by"]; photoAt: number; labelAt: number } => {
  const names = cells.map((title) => title.trim().toLowerCase());
  const by = photoColumns.find((column) => names.includes(column));
  const photoAt = by === undefined ? -1 : names.indexOf(by);
  const labelAt = names.length === 2 ? 1 - photoAt : names.findIndex((title) => labelColumns.includes(title));
  if (by === undefined || labelAt === -1 || labelAt > cells.length - 1)
    throw new Error(`line 1 has the columns ${cells.join(",")}; call them id,breed or path,label`);
  return { by, photoAt, labelAt };
};
