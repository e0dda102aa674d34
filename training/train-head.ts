/**
 * Two heads of one kind: the published one learns from all photos, and what is said of it (accuracy, temperature, unknown
 * threshold) is measured on another, which has learned from the training photos alone. More photos make a better head; a score
 * on photos that a head has learned from would be worth nothing.
 */
import type { Part } from "./dataset/dataset.ts";
import { type LabelledFeatures, type LinearHead, type LinearHeadOptions, trainLinearHead } from "./head/linear.ts";
import type { Progress } from "./progress.ts";

export interface TrainedHeads {
  /** From all photos. */
  published: LinearHead;
  /** From the training photos; its history tells of the validation photos as well. */
  heldOut: LinearHead;
}

export interface HeadTraining
  extends Pick<LinearHeadOptions, "tf" | "classes" | "groups" | "settings" | "cache" | "signal"> {
  parts: Record<Part, LabelledFeatures>;
  /** Of further looks at the photos, to learn from only. */
  augmented?: Record<Part, LabelledFeatures> | undefined;
  progress: Progress;
  /** Of the held-out head, whose epochs say how good the head gets. */
  onEpoch?: LinearHeadOptions["onEpoch"];
}

/** @throws Error without photos in one of the parts */
export const trainHeads = async ({
  parts,
  augmented,
  progress,
  onEpoch,
  ...options
}: HeadTraining): Promise<TrainedHeads> => {
  const { training, validation } = parts;
  if (validation.labels.length === 0)
    throw new Error("a head needs photos to be judged by, and got none; keep some with --validation");
  const stage = progress.stage("head");
  const learned = augmented ? join(training, augmented.training) : training;
  const judging = augmented ? join(validation, augmented.validation) : validation;
  const heldOut = await trainLinearHead({ ...options, training: learned, validation, onEpoch });
  const published = await trainLinearHead({ ...options, training: join(learned, judging) });
  const last = heldOut.history.at(-1);
  stage.end(
    `${heldOut.history.length} epochs: validation loss ${last?.validationLoss?.toFixed(3)}, ` +
      `accuracy ${((last?.validationAccuracy ?? 0) * 100).toFixed(1)}%; ${published.history.length} more on all photos`,
  );
  return { published, heldOut };
};

const join = (a: LabelledFeatures, b: LabelledFeatures): LabelledFeatures => {
  const features = new Float32Array(a.features.length + b.features.length);
  features.set(a.features);
  features.set(b.features, a.features.length);
  return { features, labels: Int32Array.from([...a.labels, ...b.labels]) };
};
