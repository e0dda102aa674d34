/** Fine-tuning as it is asked for on the command line and in a remote training's options. */
import type { z } from "zod";
import type { tuningOptionsSchema } from "../../shared/training-job.ts";
import { type TuningSettings, tuningDefaults } from "./settings.ts";

export type TuningOptions = z.infer<typeof tuningOptionsSchema>;

/** How the command calls what of the settings may be asked for. */
export const tuningFlags = {
  blocks: "--fine-tune",
  epochs: "--fine-tune-epochs",
  learningRate: "--fine-tune-rate",
} as const;

/** @returns `undefined` where the backbone stays frozen @throws Error naming an option that then says nothing */
export const tuningChoice = (options: TuningOptions): TuningSettings | undefined => {
  const { fineTune: blocks, fineTuneEpochs: epochs, fineTuneRate: learningRate } = options;
  if (blocks !== undefined)
    return {
      ...tuningDefaults,
      blocks,
      ...(epochs !== undefined && { epochs }),
      ...(learningRate !== undefined && { learningRate }),
    };
  for (const [setting, value] of Object.entries({ epochs, learningRate }))
    if (value !== undefined)
      throw new Error(
        `${tuningFlags[setting as keyof typeof tuningFlags]} says how blocks are trained, and none are; add --fine-tune <blocks>, or leave it out`,
      );
  return undefined;
};
