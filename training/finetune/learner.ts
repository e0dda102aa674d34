/** What a training learns: a head upon a frozen backbone, or one together with the backbone's last blocks. */
import { writeModel } from "../../shared/onnx/model.ts";
import type { Cache } from "../cache.ts";
import type { Combinations } from "../dataset/dataset.ts";
import type { Pool } from "../features/pool.ts";
import { type FeatureWork, featureWorkOf } from "../features/work.ts";
import { type Head, isTuned, targetDefaults } from "../head/head.ts";
import type { TensorFlow } from "../head/tensorflow.ts";
import { epochsOf, type HeadChoice, type HeadTrainer, openTrainer } from "../head/trainer.ts";
import { type Answers, answerFrozen } from "../judging/heads.ts";
import { type CutBackbone, cutBackbone } from "./cut.ts";
import { tunedBackbone } from "./network.ts";
import { requireSameAnswers } from "./same-answers.ts";
import type { TuningSettings } from "./settings.ts";
import { openTuner } from "./tuner.ts";

export interface Learner {
  train: HeadTrainer;
  answer: Answers;
  /** What the progress counts of one head: epochs, or photos on their way through the blocks. */
  steps: number;
  /** The backbone's file as a head has it, the same bytes for all heads upon a frozen one. */
  bytesOf(head: Head): Uint8Array;
  /** The backbone as it is once it has learned, and the features that it then gives. */
  backboneOf(head: Head): Promise<FeatureWork>;
  /** Where the backbone is cut; of a frozen one nothing is. */
  cut?: CutBackbone;
}

export interface LearnerOptions {
  head: HeadChoice;
  /** Of photos that may have several labels, which label combinations there are. */
  combinations?: Combinations | undefined;
  /** Frozen throughout without. */
  fineTune?: TuningSettings | undefined;
  tf: TensorFlow;
  backbone: FeatureWork;
  photos: readonly { path: string; sha256: string }[];
  seed: number;
  pool: Pool;
  cache: Cache;
  signal?: AbortSignal | undefined;
}

/** @throws Error when the backbone has fewer blocks than are to be trained, or an operator that has no gradient here */
export const openLearner = async (options: LearnerOptions): Promise<Learner> => {
  const { head, combinations, fineTune, tf, backbone, cache, signal } = options;
  const groups = backbone.backbone.cuts.map(({ channels }) => channels);
  const train = openTrainer(head, { tf, groups, combinations, cache, signal });
  if (!fineTune)
    return {
      train,
      answer: answerFrozen,
      steps: epochsOf(head),
      bytesOf: () => backbone.bytes,
      backboneOf: async () => backbone,
    };
  if (combinations)
    throw new Error(
      "fine-tuning learns from photos with one label each, and these may have several; leave out --fine-tune",
    );
  const cut = await cutBackbone(backbone, fineTune.blocks);
  const settings = { ...targetDefaults, ...targetsOf(head), ...fineTune };
  const bytesOf = (head: Head): Uint8Array =>
    isTuned(head) ? writeModel(tunedBackbone(cut, head.tuned!.numbers)) : backbone.bytes;
  const tuner = openTuner({ ...options, train, cut, settings });
  return {
    ...tuner,
    // in the rehearsal and after it
    steps: 2 * fineTune.epochs * options.photos.length,
    cut,
    bytesOf,
    async backboneOf(trained) {
      if (!isTuned(trained)) return backbone;
      const own = { backbone: backbone.backbone, bytes: bytesOf(trained) };
      const tuned = await featureWorkOf(own, trained.kind);
      await requireSameAnswers({ ...options, ...tuned, head: trained, answer: tuner.answer });
      return tuned;
    },
  };
};

const targetsOf = ({ labelSmoothing, classWeights }: HeadChoice) => ({
  ...(labelSmoothing !== undefined && { labelSmoothing }),
  ...(classWeights !== undefined && { classWeights }),
});
