/** What one photo takes, as the benches measured it: the only figures in docs/cost.md that are ours. */
import { z } from "zod";
import { choose } from "../lambda/choice.ts";
import { measured as lambda } from "../lambda/measured.ts";
import { type EngineName, rowOf } from "../lambda/schema.ts";
import figures from "./measured.json" with { type: "json" };

const milliseconds = z.number().positive();

const others = z
  .object({
    date: z.string(),
    machine: z.string(),
    model: z.string(),
    photo: z.string(),
    /** `node bench/edge.ts`: of the workerd process; `heavyMs` with a progressive JPEG of 12 megapixels. */
    edge: z.object({ ms: milliseconds, heavyMs: milliseconds, startMs: milliseconds }),
    /** `node bench/training.ts`: by photo on two cores, and what does not grow with their number (gate, export). */
    training: z.object({ featuresMs: milliseconds, headMs: milliseconds, otherSeconds: milliseconds }),
  })
  .parse(figures);

/** Whole milliseconds of processor time: of a warm answer, and of a start with its model. */
const onLambda = (engine: EngineName, memory: number) => {
  const { cpu, startCpu } = rowOf(lambda, engine, memory);
  return { ms: Math.round(cpu), startMs: Math.round(startCpu) };
};

const { memory } = choose(lambda);

export const measured = {
  ...others,
  /** In the memory that is the default; `web` is the lean engine. */
  lambda: { memory, native: onLambda("native", memory), web: onLambda("lean", memory) },
};
