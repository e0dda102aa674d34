/** The answer to an id that nothing is known under. */
import { Problem } from "../problem.ts";

export const noSuchTraining = (id: string): Problem =>
  new Problem(
    404,
    `no training ${id} is known here: AWS forgets jobs some days after they end, Fargate's tasks after an hour; ` +
      "npx whippet trainings lists those it remembers",
  );
