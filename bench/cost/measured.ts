/** What one photo takes, as the benches measured it: the only figures in docs/cost.md that are ours. */
import { z } from "zod";
import figures from "./measured.json" with { type: "json" };

const milliseconds = z.number().positive();

export const measured = z
  .object({
    date: z.string(),
    machine: z.string(),
    model: z.string(),
    photo: z.string(),
    /** `npm run bench:lambda`: processor time of a warm answer on a whole core, and of a start with its model. */
    lambda: z.object({
      /** MB; 1769 are one core. */
      memory: z.int().positive(),
      native: z.object({ ms: milliseconds, startMs: milliseconds }),
      web: z.object({ ms: milliseconds, startMs: milliseconds }),
    }),
    /** `node bench/edge.ts`: of the workerd process; `heavyMs` with a progressive JPEG of 12 megapixels. */
    edge: z.object({ ms: milliseconds, heavyMs: milliseconds, startMs: milliseconds }),
    /** `node bench/training.ts`: by photo on two cores, and what does not grow with their number (gate, export). */
    training: z.object({ featuresMs: milliseconds, headMs: milliseconds, otherSeconds: milliseconds }),
  })
  .parse(figures);
