/** What calibration learnt of a float model's activations: plain numbers, so that they can be stored and shipped. */
import { z } from "zod";

const range = z.tuple([z.number().max(0), z.number().min(0)]);

export const activationStatisticsSchema = z.object({
  /** How many tensors it was fed. */
  photos: z.int().positive(),
  /** By the tensor's name in the float model. */
  tensors: z.record(
    z.string(),
    z.object({
      /** Lowest and highest value, by each method of finding them. */
      ranges: z.object({ minmax: range, percentile: range, mse: range }),
      deviation: z.number().nonnegative(),
      /** Mean of each channel, where the tensor feeds weights. */
      means: z.array(z.number()).optional(),
    }),
  ),
});

export type ActivationStatistics = z.infer<typeof activationStatisticsSchema>;

/**
 * `minmax`: all values seen; `percentile`: all but 0.01% of them; `mse`: the range with the least squared error.
 */
export type RangeMethod = keyof ActivationStatistics["tensors"][string]["ranges"];
