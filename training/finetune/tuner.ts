/**
 * A head and the last blocks under it: the head settles on frozen features first, so that its first steps do not shake what the
 * blocks know (Kumar et al. 2022, arXiv:2202.10054), then both go on together at a low rate. For how many epochs is found in a
 * rehearsal without a tenth of the photos: it stops where their loss is known to rise. Then all of the photos are learned from, for
 * as many epochs. Where every epoch did harm the frozen blocks stay; else a linear head is fitted once more to what they have
 * become.
 */
import type { Epoch } from "../../shared/training-facts.ts";
import { type FeatureRows, rowsOf } from "../features/gather.ts";
import type { Head, TargetSettings } from "../head/head.ts";
import { keepOut } from "../head/keras/train.ts";
import type { TensorFlow } from "../head/tensorflow.ts";
import type { HeadTrainer } from "../head/trainer.ts";
import type { Answers } from "../judging/heads.ts";
import type { Labelled } from "./batches.ts";
import { type CutBackbone, widthOf } from "./cut.ts";
import { type Descended, type DescentOptions, descend } from "./descend.ts";
import { type LooksOptions, openLooks } from "./looks.ts";
import { buildNetwork, headOf, withHead } from "./network.ts";
import { refitted } from "./refit.ts";
import type { TuningSettings } from "./settings.ts";

export interface TunerOptions extends Pick<LooksOptions, "pool" | "cache" | "photos" | "seed" | "signal"> {
  tf: TensorFlow;
  cut: CutBackbone;
  /** Trains the head on frozen features. */
  train: HeadTrainer;
  settings: TuningSettings & TargetSettings;
}

export interface Tuner {
  train: HeadTrainer;
  /** Logits of photos by their plain looks, by head and blocks together. */
  answer: Answers;
}

export const openTuner = (options: TunerOptions): Tuner => {
  const { tf, cut, train, photos, seed, cache, signal } = options;
  const settings = { ...options.settings, seed };
  const looks = openLooks({ ...options, work: cut.work, width: widthOf(cut.parts) });
  const shared = { tf, looks, settings, cache, signal, identity: photos.map(({ sha256 }) => sha256) };

  const run = (head: Head, own: Omit<DescentOptions, keyof typeof shared | "blocks">): Promise<Descended> =>
    descend({ ...shared, blocks: withHead(cut, head), ...own });

  const rehearse: (...of: Parameters<HeadTrainer>) => Promise<number> = async ({ training, classes, onShare }) => {
    const places = distinct(training);
    const { learned, stopping } = keepOut(Int32Array.from(places, (row) => training.labels[row]!));
    const out = new Set(Array.from(stopping, (place) => training.photo[places[place]!]!));
    const isLearned = (photo: number) => learned.length === places.length || !out.has(photo);
    const head = await train({ training: rowsOf(training, isLearned), classes });
    const { soundEpoch } = await run(head, {
      learned: labelled(training, isLearned),
      stopping: labelled(training, (photo) => out.has(photo)),
      classes,
      epochs: settings.epochs,
      onShare: (share) => onShare?.(share / 2),
    });
    return soundEpoch;
  };

  return {
    async train(task) {
      const { training, validation, classes, onEpoch, onShare } = task;
      const epochs = await rehearse(task);
      const head = await train({ training, validation, classes, onEpoch });
      const settled = head.history.length;
      const asLater = (row: Epoch): Epoch => ({
        ...row,
        epoch: settled + row.epoch,
        seconds: row.seconds + (head.history.at(-1)?.seconds ?? 0),
      });
      const learned = labelled(training);
      const { numbers, history } = await run(head, {
        learned,
        ...(validation?.labels.length && { validation: labelled(validation) }),
        classes,
        epochs,
        onEpoch: (row) => onEpoch?.(asLater(row)),
        onShare: (share) => onShare?.((1 + share) / 2),
      });
      const together = headOf(head, numbers);
      const { batchSize } = settings;
      const refit = { tf, cut, looks, batchSize, train, classes };
      return {
        ...(epochs > 0
          ? await refitted(together, numbers, { ...refit, learned: { photo: learned.photos, labels: learned.labels } })
          : together),
        history: [...head.history, ...history.map(asLater)],
        tuned: { numbers: new Map(cut.trainable.map((name) => [name, numbers.get(name)!])), epochs },
      };
    },

    async answer(head, rows) {
      const network = buildNetwork(tf, withHead(cut, head));
      try {
        if (head.tuned) network.assign(head.tuned.numbers);
        const answers: Float32Array[] = [];
        for await (const batch of looks.batches(rows.photo, 0, settings.batchSize))
          answers.push(...network.answer(batch));
        return answers;
      } finally {
        network.dispose();
      }
    },
  };
};

/** Of several rows that are looks at one photo, the first. */
const distinct = ({ photo }: FeatureRows): number[] => {
  const seen = new Set<number>();
  return [...photo.keys()].filter((row) => !seen.has(photo[row]!) && seen.add(photo[row]!));
};

const labelled = (rows: FeatureRows, wanted: (photo: number) => boolean = () => true): Labelled => {
  const places = distinct(rows).filter((row) => wanted(rows.photo[row]!));
  return {
    photos: Int32Array.from(places, (row) => rows.photo[row]!),
    labels: Int32Array.from(places, (row) => rows.labels[row]!),
  };
};
