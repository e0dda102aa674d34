/** What a head is once it has been trained: numbers, and how it came to them. */
import type { Epoch } from "../../shared/training-facts.ts";

/** outputs = weights · inputs + bias */
export interface Dense {
  /** outputs x inputs, row by row */
  weights: Float32Array;
  /** one per output */
  bias: Float32Array;
}

/** A backbone's last blocks, where they were trained with the head. */
export interface TunedBlocks {
  /** By the initializer's name, as ONNX stores them. */
  numbers: ReadonlyMap<string, Float32Array>;
  /** 0 where they stayed as they were. */
  epochs: number;
}

export interface LinearHead extends Dense {
  kind: "linear";
  history: readonly Epoch[];
  tuned?: TunedBlocks;
}

/** logits = output(relu(hidden(mean of the feature map))): normalisations are folded into the two layers. */
export interface KerasHead {
  kind: "keras";
  /** Reads the means of the feature map's channels. */
  hidden: Dense;
  output: Dense;
  history: readonly Epoch[];
  tuned?: TunedBlocks;
}

export type Head = LinearHead | KerasHead;

/** Whether a head came with blocks of its own. */
export const isTuned = ({ tuned }: Head): boolean => tuned !== undefined && tuned.epochs > 0;

export const headKinds = ["linear", "keras"] as const satisfies readonly Head["kind"][];

/** Features and labels of some photos. */
export interface LabelledFeatures {
  /** photos x channels, row by row. */
  features: Float32Array;
  /** Index of each photo's label, or of its combination of labels. */
  labels: Int32Array;
}

/** How much each photo's label counts. */
export interface TargetSettings {
  /** Share of each label's probability that is spread over all labels (Szegedy et al. 2016): a head grows less sure. */
  labelSmoothing: number;
  /** `balanced`: each class counts as much as another, however many photos it has; `none`: each photo does. */
  classWeights: "balanced" | "none";
}

export const targetDefaults: TargetSettings = { labelSmoothing: 0, classWeights: "none" };

/**
 * A weight per photo, 1 on average: with `balanced` photos / (classes · photos of its class), as scikit-learn has it.
 */
export const photoWeights = (
  labels: Int32Array,
  classes: number,
  { classWeights }: TargetSettings,
): Float32Array<ArrayBuffer> => {
  if (classWeights === "none") return new Float32Array(labels.length).fill(1);
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label]!++;
  const present = counts.filter((count) => count > 0).length;
  return Float32Array.from(labels, (label) => labels.length / (present * counts[label]!));
};
