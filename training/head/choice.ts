/** A head as it is asked for on the command line and in a remote training's options, and the choice that comes of it. */
import type { z } from "zod";
import type { headOptionsSchema } from "../../shared/training-job.ts";
import type { HeadChoice } from "./trainer.ts";

export type HeadOptions = z.infer<typeof headOptionsSchema>;

/** How the command calls what decides a head. */
export const headFlags = {
  epochs: "--epochs",
  learningRate: "--learning-rate",
  strength: "--strength",
  units: "--head-units",
  dropout: "--dropout",
  batchSize: "--batch-size",
  schedule: "--schedule",
  labelSmoothing: "--label-smoothing",
  classWeights: "--class-weights",
} as const satisfies Record<Exclude<keyof HeadOptions, "head">, string>;

/** Options that only one kind of head has. */
const only = { linear: ["strength"], keras: ["units", "dropout", "batchSize", "schedule"] } as const;

/** The options that a head of this kind does not have. */
export const lacksOf = (kind: HeadChoice["kind"]): ReadonlySet<string> =>
  new Set(only[kind === "linear" ? "keras" : "linear"]);

/** @throws Error naming an option that the head does not have */
export const headChoice = (options: HeadOptions, seed: number): HeadChoice => {
  const { head: kind = "linear", epochs, learningRate, labelSmoothing, classWeights } = options;
  const other = kind === "linear" ? "keras" : "linear";
  for (const option of only[other])
    if (options[option] !== undefined)
      throw new Error(`${headFlags[option]} is for --head ${other}; leave it out, or choose that head`);
  const shared = {
    ...(epochs !== undefined && { epochs }),
    ...(learningRate !== undefined && { learningRate }),
    ...(labelSmoothing !== undefined && { labelSmoothing }),
    ...(classWeights !== undefined && { classWeights }),
  };
  const { strength, units, dropout, batchSize, schedule } = options;
  if (kind === "linear") return { kind, ...shared, ...(strength !== undefined && { strength }) };
  return {
    kind,
    ...shared,
    seed,
    ...(units !== undefined && { units }),
    ...(dropout !== undefined && { dropout }),
    ...(batchSize !== undefined && { batchSize }),
    ...(schedule !== undefined && { schedule }),
  };
};
