/** `train --check`: everything that training would find wrong with the photos, without training. */
import { openBackbone } from "../training/backbone/open.ts";
import { createPool } from "../training/features/pool.ts";
import { judgesOf } from "../training/judging/judges.ts";
import { type CheckOptions, checkPhotos } from "../training/read-photos.ts";
import type { TrainingOptions } from "../training/training.ts";
import type { Context } from "./context.ts";
import { dataSetAsJson, printDataSet } from "./data-set.ts";

type Options = Omit<CheckOptions, "pool" | "progress" | "signal"> & Pick<TrainingOptions, "backbone" | "ownBackbone">;

export const checkDataSet = async (context: Context, options: Options, json = false): Promise<void> => {
  const { terminal, signal } = context;
  const pool = createPool();
  try {
    const { input } = (await openBackbone(options.backbone, options.ownBackbone ?? {}, { progress: terminal, signal }))
      .backbone;
    const { dataset } = await checkPhotos({ ...options, pool, progress: terminal, signal });
    const judges = judgesOf(dataset.photos, options.validation, options.seed, dataset.combinations);
    if (json) context.data(dataSetAsJson(dataset, input, judges));
    else printDataSet(context, dataset, input, judges);
  } finally {
    await pool.close();
  }
};
