/** The command line of a training elsewhere. */
import { isOnnxFile } from "../../training/backbone/onnx-file.ts";
import { isUrl } from "../../training/backbone/onnx-url.ts";
import { UsageError } from "../failure.ts";
import { modelName } from "../model-name.ts";
import { ownBackboneOf } from "../train/backbone-options.ts";
import { type TrainFlags, trialsOf } from "../train/flags.ts";
import { headChoiceOf, headOptionsOf } from "../train/head-options.ts";
import { refuseBesideSeveralLabels } from "../train/several-labels.ts";
import { tuningOf, tuningOptionsOf } from "../train/tuning-options.ts";
import type { RemoteOptions } from "./train.ts";

/** @throws UsageError naming an option that is for trainings on this machine, or that says nothing beside another */
export const remoteOptions = (photos: string, flags: TrainFlags): RemoteOptions => {
  const {
    backbone,
    validation,
    seed,
    views,
    publicPhotos,
    multiLabel = false,
    promote,
    force = false,
    device,
    shards = 1,
    via,
    store,
    json = false,
  } = flags;
  if (flags.check) throw new UsageError("--check looks at photos from this machine; leave out --remote");
  if (flags.tensorboard !== undefined)
    throw new UsageError("--tensorboard writes on the machine that trains; leave out --remote");
  if (isOnnxFile(backbone) || isUrl(backbone))
    throw new UsageError(`--backbone ${backbone} is a file that this machine prepares; leave out --remote`);
  const own = ownBackboneOf(flags);
  for (const name of ["weights", "crop"] as const)
    if (own[name] !== undefined) throw new UsageError(`--${name} is for trainings on this machine; leave out --remote`);
  // so that what the head does not have is said before anything travels
  headChoiceOf(flags, seed);
  tuningOf(flags);
  const sweep = trialsOf(flags);
  refuseBesideSeveralLabels(flags, sweep);
  const file = sweep?.find(({ backbone }) => isOnnxFile(backbone!) || isUrl(backbone!))?.backbone;
  if (file !== undefined)
    throw new UsageError(
      `backbone ${file} is a file on this machine; leave it out of the sweep, or leave out --remote`,
    );
  if (sweep && shards > 1)
    throw new UsageError("--sweep takes a machine for each backbone by itself; leave out --shards");
  const options = {
    ...{ backbone, validation, seed, promote, force },
    ...(views !== undefined && { views }),
    ...(own.size !== undefined && { inputSize: own.size }),
    ...(publicPhotos !== undefined && { publicPhotos }),
    ...(multiLabel && { multiLabel }),
    ...headOptionsOf(flags),
    ...tuningOptionsOf(flags),
    ...(sweep && { sweep }),
  };
  const name = modelName(flags.name, photos);
  return { name, feedback: flags.feedback, options, device, shards, via, store, json };
};
