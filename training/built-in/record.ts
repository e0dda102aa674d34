/**
 * What `models/measure.ts` measured of the built-in model where photos were at hand, and ships as numbers: a first start has
 * no photos to calibrate on or to judge by.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { fileSchema, manifestSchema } from "../../shared/manifest.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { activationStatisticsSchema } from "../export/statistics.ts";

const { temperature, metrics, gate, serve } = manifestSchema.shape;

export const recordSchema = z.object({
  schema: z.literal(1),
  /** What was looked at, in words. */
  photos: z.string(),
  statistics: activationStatisticsSchema,
  temperature,
  metrics,
  gate,
  serve,
  /** The forms that passed, with the trials they had. */
  files: z.array(fileSchema.pick({ path: true, sha256: true, ms: true, trials: true }).extend({ form: z.string() })),
});

export type BuiltInRecord = z.infer<typeof recordSchema>;

export const recordFile = join(packageRoot, "models/dog-breeds.json");

/** @throws Error when the file is missing or is not what measure.ts writes */
export const readRecord = async (): Promise<BuiltInRecord> => {
  try {
    return recordSchema.parse(JSON.parse(await readFile(recordFile, "utf8")));
  } catch (cause) {
    throw new Error(`${recordFile} cannot be used; reinstall whippet, or run models/measure.ts in a checkout`, {
      cause,
    });
  }
};
