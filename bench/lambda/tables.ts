/** The tables of docs/lambda.md and the README. */

import { dollars, markdownTable } from "../cost/markdown.ts";
import { fillBlocks } from "../filled-blocks.ts";
import { choose, millionAnswers } from "./choice.ts";
import { bundleOf, type EngineName, engines, type Measured, type Row, rowOf } from "./schema.ts";

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
const rounded = (...values: number[]): string[] => values.map((value) => value.toFixed(0));

const titles: Record<EngineName, string> = {
  native: "`native`",
  lean: "`web`, a plan on the lean engine",
  "onnxruntime-web": "`web`, an ONNX file on onnxruntime-web",
};

/** Every engine in every size. */
const everySize = ({ rows, zips }: Measured): string =>
  markdownTable(
    ["engine", "zip MB", "memory MB", "start ms", "first answer ms", "warm ms", "CPU ms", "peak MB", "$ a million"],
    rows.map((row: Row) => [
      titles[row.engine],
      megabytes(zips[bundleOf[row.engine]]),
      String(row.memory),
      ...rounded(row.start, row.first, row.warm, row.cpu, row.peak),
      dollars(millionAnswers(row)),
    ]),
  );

/** Every engine in the default size. */
const defaultSize = (measured: Measured): string =>
  markdownTable(
    ["engine", "package", "cold start", "warm answer", "memory", "a million photos"],
    engines.map((engine) => {
      const row = rowOf(measured, engine, choose(measured).memory);
      const [cold, warm, peak] = rounded(row.start + row.first, row.warm, row.peak);
      const zip = megabytes(measured.zips[bundleOf[engine]]);
      return [titles[engine], `${zip} MB`, `${cold} ms`, `${warm} ms`, `${peak} MB`, dollars(millionAnswers(row))];
    }),
  );

const conditions = ({ date, machine, photo }: Measured): string =>
  `On ${date}, on ${machine}, with a JPEG of 1280 x 960 pixels and ${Math.round(photo / 1000)} kB.`;

/** By the document that shows them, from the package's folder. */
export const documents = {
  "docs/lambda.md": (measured: Measured, text: string): string =>
    fillBlocks(text, {
      document: "docs/lambda.md",
      kind: "lambda",
      tables: { "every-size": () => everySize(measured), conditions: () => conditions(measured) },
    }),
  "README.md": (measured: Measured, text: string): string =>
    fillBlocks(text, {
      document: "README.md",
      kind: "lambda",
      tables: { "default-size": () => defaultSize(measured) },
    }),
} as const;
