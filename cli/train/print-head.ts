/** What a head is made of, as people see it before it is trained: the summary that Keras' users look for. */
import type { HeadSummary } from "../../training/head/trainer.ts";
import { wrapped } from "../../training/text.ts";
import type { Context } from "../context.ts";
import { count, table } from "../terminal.ts";

/** Columns of a line's name. */
const LEFT = 11;

export const printHead = ({ terminal }: Context, { layers, loss, optimizer, metrics, tuning }: HeadSummary): void => {
  const rows = layers.map(({ name, outputs, parameters }) => [name, count(outputs), count(parameters)]);
  const total = layers.reduce((sum, { parameters }) => sum + parameters, 0);
  terminal.line();
  terminal.line(table(["layer", "outputs", "parameters"], [...rows, ["in all", "", count(total)]]));
  terminal.line();
  const texts = { loss, optimizer, metrics, ...(tuning !== undefined && { "fine-tune": tuning }) };
  for (const [name, text] of Object.entries(texts))
    for (const line of wrapped(name.padEnd(LEFT) + text, " ".repeat(LEFT))) terminal.line(line);
  terminal.line();
};
