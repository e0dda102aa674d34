/** What the owner sends to let a version answer. */
import { z } from "zod";
import { versionSchema } from "../../shared/manifest.ts";

export const promotion = z.strictObject({
  version: versionSchema,
  share: z
    .number()
    .gt(0, "must be above 0 and below 1")
    .lt(1, "must be above 0 and below 1")
    .optional()
    .describe("Of the requests; without it the version answers all of them."),
});
