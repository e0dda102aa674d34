/** What training a head of any kind takes. */

import type { Epoch } from "../../shared/training-facts.ts";
import type { Cache } from "../cache.ts";
import type { Combinations } from "../dataset/dataset.ts";
import type { LabelledFeatures } from "./head.ts";
import { type Link, sigmoidLink, softmaxLink } from "./link.ts";
import type { TensorFlow } from "./tensorflow.ts";

export interface HeadOptions<Settings> {
  /** On any backend but the plain cpu one. */
  tf: TensorFlow;
  training: LabelledFeatures;
  /** Only looked at, for the history. */
  validation?: LabelledFeatures | undefined;
  classes: number;
  /** Of photos that may have several labels: which ones each of `labels` stands for. */
  combinations?: Combinations | undefined;
  settings?: Partial<Settings>;
  /** Where it is kept how far the training is: the same training goes on from there. */
  cache?: Cache | undefined;
  /** Called after each epoch that is trained now. */
  onEpoch?: ((row: Epoch) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** What the photos' labels mean. */
export const linkOf = ({ combinations }: Pick<HeadOptions<unknown>, "combinations">): Link =>
  combinations ? sigmoidLink(combinations) : softmaxLink;

/** @throws Error without photos, or with features that are no numbers */
export const requireFeatures = ({ features, labels }: LabelledFeatures): void => {
  if (labels.length === 0) throw new Error("a head needs photos to learn from, and got none");
  if (!features.every(Number.isFinite))
    throw new Error("the photos' features hold what is no number; they are damaged: clear .whippet/cache");
};
