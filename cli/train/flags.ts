/** What `whippet train` may be asked on its command line, wherever it trains. */
import type { Device } from "../../shared/jobs/jobs.ts";
import type { Trial } from "../../shared/training-job.ts";
import type { TuningOptions } from "../../training/finetune/choice.ts";
import { defaultGrid, parseGrid } from "../../training/sweep/grid.ts";
import type { CommonOptions } from "../context.ts";
import { UsageError } from "../failure.ts";
import { type BackboneFlags, backboneName } from "./backbone-options.ts";
import { type HeadFlags, headOptionsOf } from "./head-options.ts";

export interface TrainFlags extends CommonOptions, BackboneFlags, HeadFlags, TuningOptions {
  name?: string;
  labels?: string;
  multiLabel?: boolean;
  check?: boolean;
  validation: number;
  seed: number;
  views?: number;
  tensorboard?: string | true;
  publicPhotos?: boolean;
  sweep?: string | true;
  promote: boolean;
  force?: boolean;
  resume?: boolean;
  feedback?: string;
  remote?: boolean;
  device?: Device;
  shards?: number;
  via?: string;
}

/** @throws UsageError naming what is wrong with the grid, or beside it */
export const trialsOf = (flags: TrainFlags): Trial[] | undefined => {
  const { sweep, backbone, views, fineTune } = flags;
  if (sweep === undefined) return undefined;
  if (fineTune !== undefined)
    throw new UsageError("--sweep compares heads upon a frozen backbone; leave it or --fine-tune out");
  try {
    const base = { ...headOptionsOf(flags), backbone, ...(views !== undefined && { views }) };
    const trials = parseGrid(sweep === true ? defaultGrid : sweep, base);
    for (const { backbone } of trials) backboneName(backbone!);
    return trials;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
};
