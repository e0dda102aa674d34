/** From where on the owner wants to read a training's log. */
import { z } from "zod";

export const logQuery = z.object({
  from: z.string().max(16_384).optional().describe("What the last page called `next`."),
});
