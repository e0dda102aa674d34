/** Heads of either kind behind one call: what each reads of a backbone, how it is trained, and what it is made of. */
import type { Epoch } from "../../shared/training-facts.ts";
import type { Backbone } from "../backbone/backbone.ts";
import type { Cut } from "../export/feature-cut.ts";
import type { FeatureRows } from "../features/gather.ts";
import type { Head } from "./head.ts";
import { type KerasHeadSettings, kerasHeadDefaults, trainKerasHead } from "./keras/train.ts";
import { type LinearHeadSettings, linearHeadDefaults, trainLinearHead } from "./linear.ts";
import { type HeadOptions, linkOf } from "./options.ts";

/** Which head, and what of its settings is not as usual. */
export type HeadChoice =
  | ({ kind: "linear" } & Partial<LinearHeadSettings>)
  | ({ kind: "keras" } & Partial<KerasHeadSettings>);

/** The feature maps that a head reads, and what of each: a keras head normalises, so it needs mean squares beside the means. */
export const readsOf = (
  kind: Head["kind"],
  { cuts }: Pick<Backbone, "cuts">,
): { cuts: Backbone["cuts"]; moments: boolean } =>
  kind === "linear" ? { cuts, moments: false } : { cuts: [cuts[0]], moments: true };

export interface HeadTask extends Pick<HeadOptions<unknown>, "classes" | "onEpoch"> {
  training: FeatureRows;
  /** Only looked at, for the history. */
  validation?: FeatureRows | undefined;
  /** Called with the share that is done, on the way. */
  onShare?: ((share: number) => void) | undefined;
}

export type HeadTrainer = (task: HeadTask) => Promise<Head>;

/** @param groups channels of each feature map that it reads */
export const openTrainer =
  (
    choice: HeadChoice,
    shared: Pick<HeadOptions<unknown>, "tf" | "combinations" | "cache" | "signal"> & { groups: readonly number[] },
  ): HeadTrainer =>
  ({ onEpoch, onShare, ...task }) => {
    const epochs = epochsOf(choice);
    const options = {
      ...{ ...shared, ...task },
      onEpoch(row: Epoch) {
        onEpoch?.(row);
        onShare?.(Math.min(row.epoch, epochs) / epochs);
      },
    };
    if (choice.kind === "linear") {
      const { kind, ...settings } = choice;
      return trainLinearHead({ ...options, settings });
    }
    const { kind, ...settings } = choice;
    return trainKerasHead({ ...options, settings });
  };

/** Most epochs that it takes. */
export const epochsOf = (choice: HeadChoice): number =>
  choice.epochs ?? (choice.kind === "linear" ? linearHeadDefaults : kerasHeadDefaults).epochs;

/** A row of the summary. */
export interface Layer {
  name: string;
  /** Numbers it gives a photo. */
  outputs: number;
  /** Learned, and kept beside them: moving averages. */
  parameters: number;
}

export interface HeadSummary {
  layers: Layer[];
  loss: string;
  optimizer: string;
  metrics: string;
  /** What is trained of the backbone, where anything is. */
  tuning?: string;
}

/** @param cuts what the head reads of the backbone @param multiLabel whether photos may have several labels */
export const summarise = (
  choice: HeadChoice,
  cuts: readonly Cut[],
  classes: number,
  multiLabel = false,
): HeadSummary => {
  const channels = cuts.reduce((sum, own) => sum + own.channels, 0);
  const pooling = cuts[0]?.vector ? [] : [{ name: "GlobalAveragePooling", outputs: channels, parameters: 0 }];
  const { labelSmoothing = 0, classWeights = "none" } = choice;
  const link = linkOf(multiLabel ? { combinations: [] } : {});
  const metrics = multiLabel ? "mean average precision, F1, NLL, ECE" : "accuracy, NLL, ECE";
  const loss = [
    link.loss,
    ...(labelSmoothing > 0 ? [`labels smoothed by ${labelSmoothing}`] : []),
    ...(classWeights === "balanced" ? ["classes balanced"] : []),
  ];
  if (choice.kind === "linear") {
    const { strength, epochs } = { ...linearHeadDefaults, ...choice };
    return {
      layers: [
        ...pooling,
        { name: multiLabel ? "Dense, sigmoid" : "Dense", outputs: classes, parameters: (channels + 1) * classes },
      ],
      loss: [...loss, `L2 (strength ${strength})`].join(", "),
      optimizer: `L-BFGS to the lowest point, ${epochs} epochs at most`,
      metrics,
    };
  }
  const { units, dropout, batchSize, learningRate, schedule, epochs, plateau, patience } = {
    ...kerasHeadDefaults,
    ...choice,
  };
  return {
    layers: [
      { name: "BatchNormalization", outputs: channels, parameters: 4 * channels },
      ...pooling,
      { name: "Dense, relu", outputs: units, parameters: (channels + 1) * units },
      { name: "BatchNormalization", outputs: units, parameters: 4 * units },
      { name: `Dropout ${dropout}`, outputs: units, parameters: 0 },
      { name: `Dense, ${link.activation}`, outputs: classes, parameters: (units + 1) * classes },
    ],
    loss: loss.join(", "),
    optimizer:
      `Adam, rate ${learningRate} (${schedule}), batches of ${batchSize}, ${epochs} epochs at most; ` +
      `halved after ${plateau} without gain, stopped after ${patience}`,
    metrics,
  };
};
