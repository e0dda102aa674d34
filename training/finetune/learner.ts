/** What a training learns: a head upon a frozen backbone, or one together with the backbone's last blocks. */
import { writeModel } from "../../shared/onnx/model.ts";
import type { OpenBackbone } from "../backbone/backbone.ts";
import type { Cache } from "../cache.ts";
import type { Combinations } from "../dataset/dataset.ts";
import type { Pool } from "../features/pool.ts";
import { type FeatureWork, featureWorkOf } from "../features/work.ts";
import { type Head, targetDefaults } from "../head/head.ts";
import type { TensorFlow } from "../head/tensorflow.ts";
import { type HeadChoice, type HeadTrainer, openTrainer } from "../head/trainer.ts";
import { type Answers, answerFrozen } from "../judging/heads.ts";
import { type CutBackbone, cutBackbone } from "./cut.ts";
import { tunedBackbone } from "./network.ts";
import { requireSameAnswers } from "./same-answers.ts";
import type { TuningSettings } from "./settings.ts";
import { openTuner } from "./tuner.ts";

export interface Learner {
  train: HeadTrainer;
  answer: Answers;
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
      backboneOf: async () => backbone,
    };
  if (combinations)
    throw new Error(
      "fine-tuning learns from photos with one label each, and these may have several; leave out --fine-tune",
    );
  const cut = await cutBackbone(backbone, fineTune.blocks);
  const settings = { ...targetDefaults, ...targetsOf(head), ...fineTune };
  const tuner = openTuner({ ...options, train, cut, settings });
  return {
    ...tuner,
    cut,
    async backboneOf(trained) {
      if (!isTuned(trained)) return backbone;
      const tuned = await featureWorkOf(tunedOf(backbone, cut, trained), trained.kind);
      await requireSameAnswers({ ...options, ...tuned, head: trained, answer: tuner.answer });
      return tuned;
    },
  };
};

const targetsOf = ({ labelSmoothing, classWeights }: HeadChoice) => ({
  ...(labelSmoothing !== undefined && { labelSmoothing }),
  ...(classWeights !== undefined && { classWeights }),
});

const tunedOf = ({ backbone }: OpenBackbone, cut: CutBackbone, { tuned }: Head): OpenBackbone => ({
  backbone,
  bytes: writeModel(tunedBackbone(cut, tuned!.numbers)),
});

/** Whether a head came with blocks of its own. */
export const isTuned = ({ tuned }: Head): boolean => tuned !== undefined && tuned.epochs > 0;
