/** A competition's sample submission: which columns a submission has, and which photos in which order. */
import { open } from "node:fs/promises";
import { parseCsv } from "../dataset/csv.ts";
import { codeOf } from "../dataset/walk.ts";
import { named } from "../text.ts";

export interface Sample {
  /** The first column's title, such as `id`, verbatim. */
  id: string;
  /** The others' titles, verbatim: labels. */
  labels: string[];
  /** The first cells of the rows, read as they are asked for: however long the table is, little of it is in memory. */
  ids(): AsyncGenerator<{ id: string; line: number }>;
}

/** @throws Error naming the file, the line and what is wrong with it */
export const readSample = async (file: string): Promise<Sample> => {
  const header = await firstOf(rowsOf(file));
  if (header === undefined) throw new Error(`${file} is empty; its first line names the columns: id and a label each`);
  const [id, ...labels] = header.cells as [string, ...string[]];
  if (labels.length === 0)
    throw new Error(`${file} line 1 has one column, ${id}; a submission has an id and a column for each label`);
  const twice = labels.find((label, place) => labels.indexOf(label) !== place);
  if (twice !== undefined) throw new Error(`${file} line 1 has the column "${twice}" twice; remove one`);
  return {
    id,
    labels,
    async *ids() {
      for await (const { cells, line } of rowsOf(file)) {
        if (line === header.line) continue;
        if (!cells[0]) throw new Error(`${file} line ${line} has no ${id}; fill it in, or remove the row`);
        yield { id: cells[0], line };
      }
    },
  };
};

async function* rowsOf(file: string): AsyncGenerator<{ cells: string[]; line: number }> {
  const handle = await open(file).catch((cause: unknown) => {
    throw new Error(`${file} cannot be read (${codeOf(cause)}); give the competition's sample_submission.csv`, {
      cause,
    });
  });
  let line = 0;
  for await (const text of handle.readLines()) {
    line++;
    const [row] = parseLine(text, `${file} line ${line}`);
    if (row) yield { cells: row.cells, line };
  }
}

/** And closes what the others would come from. */
const firstOf = async <Row>(rows: AsyncGenerator<Row>): Promise<Row | undefined> => {
  for await (const row of rows) return row;
  return undefined;
};

const parseLine = (text: string, where: string) => {
  try {
    return parseCsv(text);
  } catch (cause) {
    throw new Error(`${where} has a quote that does not close, or one in the middle of a cell`, { cause });
  }
};

/**
 * Which of a model's labels each column holds.
 *
 * @param labels of the model
 * @param background the label that means "none of the others": no column need be its own
 * @throws Error naming the labels that only one of both knows
 */
export const columnsOf = (
  sample: readonly string[],
  { labels, background, name }: { labels: readonly string[]; background?: string | undefined; name: string },
): number[] => {
  const places = new Map(labels.map((label, place) => [label, place]));
  const strange = sample.filter((label) => !places.has(label));
  const asked = new Set(sample);
  const missing = labels.filter((label) => label !== background && !asked.has(label));
  const listed = (labels: readonly string[]): string => named(labels.map((label) => `"${label}"`));
  if (strange.length > 0)
    throw new Error(
      `the sample has ${strange.length === 1 ? "a column" : "columns"} that model ${name} does not know: ${listed(strange)}` +
        `${missing.length > 0 ? `; it knows ${listed(missing)} instead` : ""}. Name another model with --model, ` +
        "or train one on this competition's labels",
    );
  if (missing.length > 0)
    throw new Error(
      `model ${name} knows ${listed(missing)}, which the sample has no column for: probabilities would not add up. ` +
        "Name another model with --model",
    );
  return sample.map((label) => places.get(label)!);
};
