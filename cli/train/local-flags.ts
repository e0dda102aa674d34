/** The command line of a training on this machine. */
import { UsageError } from "../failure.ts";
import { modelName } from "../model-name.ts";
import { ownBackboneOf } from "./backbone-options.ts";
import { type TrainFlags, trialsOf } from "./flags.ts";
import { headChoiceOf } from "./head-options.ts";
import type { LocalOptions } from "./locally.ts";
import { refuseBesideSeveralLabels } from "./several-labels.ts";
import { tuningOf } from "./tuning-options.ts";

/** @throws UsageError naming an option that is for trainings elsewhere, or that says nothing beside another */
export const localOptions = (photos: string, flags: TrainFlags, own: readonly string[]): LocalOptions => {
  for (const option of ["shards", "via"] as const)
    if (flags[option] !== undefined) throw new UsageError(`--${option} is for trainings elsewhere; add --remote`);
  const {
    backbone,
    validation,
    seed,
    views,
    publicPhotos = false,
    promote,
    force = false,
    tensorboard,
    check = false,
    multiLabel = false,
    device,
  } = flags;
  const sweep = trialsOf(flags);
  refuseBesideSeveralLabels(flags, sweep);
  const fineTune = tuningOf(flags);
  return {
    photos,
    labels: flags.labels,
    feedback: flags.feedback,
    name: modelName(flags.name, photos),
    ownBackbone: ownBackboneOf(flags),
    head: headChoiceOf(flags, seed),
    sweep,
    ...{ backbone, validation, seed, publicPhotos, promote, force, check, multiLabel },
    ...(views !== undefined && { views }),
    ...(fineTune && { fineTune }),
    ...(device !== undefined && { device }),
    ...(tensorboard !== undefined && { tensorboard }),
    ...(flags.store !== undefined && { store: flags.store }),
    ...(flags.json !== undefined && { json: flags.json }),
    arguments: own,
  };
};
