/** Fine-tuning as it is asked for on the command line and in a remote training's options. */
import type { z } from "zod";
import type { tuningOptionsSchema } from "../../shared/training-job.ts";
import { type TuningSettings, tuningDefaults } from "./settings.ts";

export type TuningOptions = z.infer<typeof tuningOptionsSchema>;

/** How the command calls what says more than how many blocks. */
const names = { fineTuneEpochs: "--fine-tune-epochs", fineTuneRate: "--fine-tune-rate" } as const;

/** @returns `undefined` where the backbone stays frozen @throws Error naming an option that then says nothing */
export const tuningChoice = ({ fineTune: blocks, ...more }: TuningOptions): TuningSettings | undefined => {
  const { fineTuneEpochs: epochs, fineTuneRate: learningRate } = more;
  if (blocks !== undefined)
    return {
      ...tuningDefaults,
      blocks,
      ...(epochs !== undefined && { epochs }),
      ...(learningRate !== undefined && { learningRate }),
    };
  for (const [option, name] of Object.entries(names))
    if (more[option as keyof typeof names] !== undefined)
      throw new Error(`${name} says how blocks are trained, and none are; add --fine-tune <blocks>, or leave it out`);
  return undefined;
};
