/** How the last blocks of a backbone are trained, and what stands for what nobody said. */
import { z } from "zod";

export const tuningSettingsSchema = z.object({
  /** How many of the last blocks; the README says what a block is. */
  blocks: z.int().positive(),
  /** At most; how many are worth it is found on photos that are kept out. */
  epochs: z.int().positive(),
  /** The highest that Adam gets. */
  learningRate: z.number().positive(),
  batchSize: z.int().positive(),
  /** Epochs without a lower loss on the photos kept out, after which no more are tried. */
  patience: z.int().positive(),
});

export type TuningSettings = z.infer<typeof tuningSettingsSchema>;

export const tuningDefaults: Omit<TuningSettings, "blocks"> = {
  epochs: 4,
  learningRate: 2e-4,
  batchSize: 32,
  patience: 2,
};
