/**
 * The measure in which features differ: directions along which photos of one class vary among themselves count for less than
 * those along which they do not. A penalty on a head's weights then bears on what tells classes apart and not on what happens
 * to be large, which helps the more, the fewer the photos. Linear discriminant analysis rests on the same matrix, the
 * covariance within classes (Fisher 1936; shrunk as by Friedman 1989, "Regularized Discriminant Analysis"):
 *
 *   S = (1 - shrinkage) · W'W / rows + shrinkage · variance · I,    W: rows minus their class's mean
 *
 * Features are multiplied by a matrix M with M · M' = S⁻¹, up to a factor. Rows are fewer than channels, so M is the identity
 * but for a term of as many columns as there are rows: with U = sqrt((1 - shrinkage) / (rows · shrinkage · variance)) · W' and
 * the Cholesky factor L of I + U'U, M = I - U · L⁻ᵀ · (I + L)⁻¹ · U'. (Multiplied out with its transpose that is the inverse by
 * Woodbury's identity.)
 */
import type { Tensor2D } from "@tensorflow/tfjs";
import { addToDiagonal, cholesky, invertLower, transposedProduct } from "./cholesky.ts";
import { type TensorFlow, tidily } from "./tensorflow.ts";

export interface Whitening {
  /** photos x channels, row by row; their mean squared norm over the rows it was fitted to is 1. */
  apply(features: Float32Array): Float32Array;
  /**
   * The weights that say of plain features what the given ones say of whitened ones.
   *
   * @param weights channels x classes, row by row
   */
  fold(weights: Float32Array): Float32Array;
}

/** Of the variance that all channels have alike; the more photos a class had, the less it mattered: .6 to .9 came to the same. */
const shrinkage = 0.8;

/** Rows that the covariance is taken from, spread over all of them: 300 to 1,000 did alike, 100 worse. */
const enough = 384;

/**
 * @param features photos x channels, row by row, centred
 * @param within rows of what the photos' labels do not explain
 */
export const fitWhitening = (
  tf: TensorFlow,
  features: Float32Array,
  within: Float32Array,
  channels: number,
): Whitening => {
  const photos = features.length / channels;
  const rows = within.length / channels;
  let total = 0;
  for (const value of within) total += value * value;
  const variance = total / (rows * channels);
  // photos that do not differ within their classes have no directions to tell apart
  const factor = variance > 0 ? Math.sqrt((1 - shrinkage) / (rows * shrinkage * variance)) : 0;
  const scaled = within.map((value) => value * factor);

  const core = coreOf(tf, scaled, rows, channels);
  const whiten = (values: Float32Array): Float32Array =>
    tidily(tf, () => {
      const x = tf.tensor2d(values, [values.length / channels, channels]);
      const u = tf.tensor2d(scaled, [rows, channels]);
      const along = x.matMul<Tensor2D>(u.transpose()).matMul<Tensor2D>(tf.tensor2d(core, [rows, rows]));
      return x.sub(along.matMul(u)).dataSync() as Float32Array;
    });
  const whitened = whiten(features);
  let norm = 0;
  for (const value of whitened) norm += value * value;
  const scale = norm > 0 ? Math.sqrt(photos / norm) : 1;

  return {
    apply: (values) => (values === features ? whitened : whiten(values)).map((value) => value * scale),
    fold: (weights) =>
      tidily(tf, () => {
        const v = tf.tensor2d(weights, [channels, weights.length / channels]);
        const u = tf.tensor2d(scaled, [rows, channels]);
        const inner = tf.tensor2d(core, [rows, rows]).matMul<Tensor2D>(u.matMul<Tensor2D>(v));
        return v.sub(u.transpose().matMul(inner)).mul(scale).dataSync() as Float32Array;
      }),
  };
};

/** Rows spread evenly over the photos, each minus the mean of its class. */
export const residuals = (features: Float32Array, labels: ArrayLike<number>, classes: number): Float32Array => {
  const photos = labels.length;
  const channels = features.length / photos;
  const mean = new Float64Array(classes * channels);
  const counts = new Float64Array(classes);
  for (let photo = 0; photo < photos; photo++) {
    const label = labels[photo]!;
    counts[label]!++;
    for (let at = 0; at < channels; at++) mean[label * channels + at]! += features[photo * channels + at]!;
  }
  const rows = Math.min(enough, photos);
  const within = new Float32Array(rows * channels);
  for (let row = 0; row < rows; row++) {
    const photo = Math.floor((row * photos) / rows);
    const label = labels[photo]!;
    for (let at = 0; at < channels; at++)
      within[row * channels + at] = features[photo * channels + at]! - mean[label * channels + at]! / counts[label]!;
  }
  return within;
};

/**
 * The same where photos may have several labels: rows minus what the best sum of a vector per label makes of their labels (least
 * squares, as in multivariate analysis of variance). Where each photo has one label, that is the mean of its class.
 *
 * @param targets photos x classes, 1 where a photo has the label; disposed of
 */
export const unexplained = (tf: TensorFlow, features: Float32Array, targets: Tensor2D): Float32Array => {
  const [photos, classes] = targets.shape;
  const channels = features.length / photos;
  const rows = Math.min(enough, photos);
  const chosen = Int32Array.from({ length: rows }, (_, row) => Math.floor((row * photos) / rows));
  const effects = tidily(tf, () => {
    const y = targets.sub<Tensor2D>(targets.mean(0));
    return [y.dataSync() as Float32Array, y.transpose<Tensor2D>().matMul(y).dataSync() as Float32Array] as const;
  });
  const [centred, moments] = effects;
  targets.dispose();
  // labels that always come together share what they explain
  const inverse = invertLower(cholesky(addToDiagonal(moments, classes, ridge * photos), classes), classes);
  const solved = Float32Array.from(transposedProduct(inverse, inverse, classes));
  return tidily(tf, () => {
    const [x, y] = [tf.tensor2d(features, [photos, channels]), tf.tensor2d(centred, [photos, classes])];
    const vectors = tf.tensor2d(solved, [classes, classes]).matMul<Tensor2D>(y.transpose<Tensor2D>().matMul(x));
    const at = tf.tensor1d(chosen, "int32");
    return x.gather<Tensor2D>(at).sub(y.gather<Tensor2D>(at).matMul(vectors)).dataSync() as Float32Array;
  });
};

/** Added to the labels' moments, as a share of the photos: as good as nothing, but their sum may be the same on all photos. */
const ridge = 1e-4;

/** L⁻ᵀ · (I + L)⁻¹ for the Cholesky factor L of I + U'U; `u` holds U's columns as rows. */
const coreOf = (tf: TensorFlow, u: Float32Array, rows: number, channels: number): Float32Array => {
  const gram = tidily(tf, () => {
    const tensor = tf.tensor2d(u, [rows, channels]);
    return tensor.matMul(tensor.transpose()).dataSync();
  });
  const lower = cholesky(addToDiagonal(gram, rows, 1), rows);
  const core = transposedProduct(invertLower(lower, rows), invertLower(addToDiagonal(lower, rows, 1), rows), rows);
  return Float32Array.from(core);
};
