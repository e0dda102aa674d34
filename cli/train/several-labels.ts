/** What does not go with photos that may have several labels. */
import type { Trial } from "../../shared/training-job.ts";
import { UsageError } from "../failure.ts";

export interface SeveralLabelsFlags {
  multiLabel?: boolean;
  feedback?: string;
  classWeights?: string;
  fineTune?: number;
}

/** @throws UsageError naming what does not go with `--multi-label` */
export const refuseBesideSeveralLabels = (flags: SeveralLabelsFlags, trials: readonly Trial[] = []): void => {
  if (!flags.multiLabel) return;
  if (flags.feedback !== undefined)
    throw new UsageError(
      "--feedback has one label a photo, which says nothing of its others; leave out --multi-label, or it",
    );
  if (flags.fineTune !== undefined)
    throw new UsageError("--fine-tune is for photos with one label each; leave it out, or --multi-label");
  const weighs = ({ classWeights }: Pick<Trial, "classWeights">): boolean => classWeights === "balanced";
  if (flags.classWeights === "balanced" || trials.some(weighs))
    throw new UsageError("--class-weights balanced weighs photos by their one label; leave it out, or --multi-label");
};
