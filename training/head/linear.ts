/**
 * The linear head: softmax regression on pooled features, with the convex loss of scikit-learn's LogisticRegression (where photos
 * may have several labels, of one such regression of its own for each),
 *
 *   mean cross-entropy + ||W||² / (2 · strength · photos)
 *
 * over features scaled by group (scaling.ts) and measured by how photos of one class differ (whitening.ts), from zero down to
 * its lowest point by L-BFGS. The loss has one such point, which only photos, labels and strength decide: nothing is drawn, and
 * no epoch has to be chosen.
 */
import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { type Epoch, epochSchema } from "../../shared/training-facts.ts";
import { openCheckpoint, type Snapshot } from "./checkpoint.ts";
import { curvatureOf } from "./curvature.ts";
import { type LinearHead, photoWeights, type TargetSettings, targetDefaults } from "./head.ts";
import { type Descent, descend, dot, startDescent } from "./lbfgs.ts";
import { type HeadOptions, linkOf, requireFeatures } from "./options.ts";
import { type Judged, openRegression } from "./regression.ts";
import { applyScaling, fitScaling, foldScaling } from "./scaling.ts";
import { requireFastBackend } from "./tensorflow.ts";
import { fitWhitening, residuals, unexplained } from "./whitening.ts";

export interface LinearHeadSettings extends TargetSettings {
  /** Inverse of the L2 penalty on scaled and whitened features: scikit-learn's C. */
  strength: number;
  /** The first step, as a multiple of the inverse of the loss's steepest curvature; up to 1 is safe. */
  learningRate: number;
  /** At most; usually fewer arrive. */
  epochs: number;
}

export interface LinearHeadOptions extends HeadOptions<LinearHeadSettings> {
  /** Channels of each feature map, side by side in a photo's features. */
  groups: readonly number[];
}

/** What is used unless the owner says otherwise. */
export const linearHeadDefaults: LinearHeadSettings = {
  ...targetDefaults,
  strength: 3,
  learningRate: 1,
  epochs: 200,
};

/** The head has arrived when the gradient is this much shorter than at the start: no answer changes by further epochs. */
const arrived = 1e-3;

/** Raised whenever the same features and settings train another head; checkpoints of another method are not used. */
const METHOD = 4;

/** @throws Error on the plain cpu backend, or when a feature is no number; the signal's reason when aborted */
export const trainLinearHead = async (options: LinearHeadOptions): Promise<LinearHead> => {
  const { tf, training, validation, classes, combinations, groups, cache, onEpoch, signal } = options;
  requireFastBackend(tf);
  requireFeatures(training);
  const photos = training.labels.length;
  const settings = { ...linearHeadDefaults, ...options.settings };

  const scaling = fitScaling(training.features, groups);
  const channels = scaling.mean.length;
  const scaled = applyScaling(training.features, scaling);
  const link = linkOf(options);
  const within = combinations
    ? unexplained(tf, scaled, link.targets(tf, training.labels, classes, 0))
    : residuals(scaled, training.labels, classes);
  const whitening = fitWhitening(tf, scaled, within, channels);
  const learned = { features: whitening.apply(scaled), labels: training.labels };
  const penalty = 1 / (2 * settings.strength * photos);
  const firstStep = settings.learningRate / (curvatureOf(learned.features, channels) + 2 * penalty);
  const weights = photoWeights(training.labels, classes, settings);
  const weighing = { penalty, weights, labelSmoothing: settings.labelSmoothing };
  const learn = openRegression(tf, learned, classes, weighing, link);
  const judge = validation?.labels.length
    ? openRegression(
        tf,
        { features: whitening.apply(applyScaling(validation.features, scaling)), labels: validation.labels },
        classes,
        {},
        link,
      )
    : undefined;
  // The objective's last look is at the point that an epoch ends at
  let seen: Judged = { loss: Number.NaN, accuracy: 0 };
  const objective = (point: Float32Array) => {
    const evaluation = learn.evaluate(point);
    seen = evaluation;
    return evaluation;
  };

  const checkpoint =
    cache &&
    openCheckpoint({
      cache,
      settings: [METHOD, tf.getBackend(), tf.version_core, classes, groups, settings, ...(combinations ?? [])],
      data: [training, validation].flatMap((part) => (part ? [part.features, part.labels] : [])),
      facts: factsSchema,
    });

  try {
    const known = await checkpoint?.read();
    let state = known ? recall(known) : begin(startDescent(objective, new Float32Array((channels + 1) * classes)));
    const begun = performance.now() - 1000 * (state.history.at(-1)?.seconds ?? 0);
    const trained = state.history.length;
    while (state.history.length < settings.epochs && lengthOf(state.descent.gradient) > arrived * state.steepest) {
      // Lets Ctrl-C and progress bars through
      await setImmediate();
      if (signal?.aborted) {
        if (state.history.length > trained) await checkpoint?.write(snapshotOf(state));
        throw signal.reason;
      }
      const descent = descend(objective, state.descent, firstStep);
      if (!descent) break;
      const judged = judge?.judge(descent.point);
      const row: Epoch = {
        epoch: state.history.length + 1,
        loss: seen.loss,
        accuracy: seen.accuracy,
        ...(judged && { validationLoss: judged.loss, validationAccuracy: judged.accuracy }),
        seconds: (performance.now() - begun) / 1000,
      };
      state = { ...state, descent, history: [...state.history, row] };
      onEpoch?.(row);
      await checkpoint?.offer(async () => snapshotOf(state));
    }
    const { point } = state.descent;
    if (state.history.length > trained) await checkpoint?.write(snapshotOf(state));
    const weights = whitening.fold(point.subarray(0, channels * classes));
    const head = { weights: transposed(weights, channels, classes), bias: point.slice(channels * classes) };
    return { kind: "linear", ...foldScaling(head, scaling), history: state.history };
  } finally {
    learn.dispose();
    judge?.dispose();
  }
};

/** Where a training stands after an epoch: all that the next one needs. */
interface State {
  descent: Descent;
  /** Length of the gradient at the start. */
  steepest: number;
  history: readonly Epoch[];
}

const begin = (descent: Descent): State => ({ descent, steepest: lengthOf(descent.gradient), history: [] });

const factsSchema = z.object({ value: z.number(), steepest: z.number(), history: z.array(epochSchema) });

const snapshotOf = ({ descent, steepest, history }: State): Snapshot<z.infer<typeof factsSchema>> => ({
  facts: { value: descent.value, steepest, history: [...history] },
  numbers: [descent.point, descent.gradient, ...descent.memory.flatMap(({ move, change }) => [move, change])],
});

const recall = ({ facts, numbers }: Snapshot<z.infer<typeof factsSchema>>): State => {
  const [point, gradient, ...pairs] = numbers;
  const memory = pairs.flatMap((move, at) => (at % 2 === 0 ? [{ move, change: pairs[at + 1]! }] : []));
  const { value, steepest, history } = facts;
  return { descent: { point: point!, value, gradient: gradient!, memory }, steepest, history };
};

const lengthOf = (vector: Float32Array): number => Math.sqrt(dot(vector, vector));

/** The first rows x columns numbers, as columns x rows. */
const transposed = (matrix: Float32Array, rows: number, columns: number): Float32Array =>
  Float32Array.from({ length: rows * columns }, (_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)]!);
