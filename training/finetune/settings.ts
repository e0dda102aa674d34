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
  /** Of the Beta distribution that the share of mixed photos is drawn from; 0 mixes none. */
  mixup: z.number().min(0).max(1),
  /** Epochs in a row that did harm to the photos kept out, after which no more are tried. */
  patience: z.int().positive(),
});

export type TuningSettings = z.infer<typeof tuningSettingsSchema>;

export const tuningDefaults: Omit<TuningSettings, "blocks"> = {
  epochs: 6,
  learningRate: 3e-4,
  batchSize: 32,
  mixup: 0.4,
  patience: 2,
};
