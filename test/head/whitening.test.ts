import { beforeAll, describe, expect, it } from "vitest";
import { addToDiagonal, cholesky, invertLower, transposedProduct } from "../../training/head/cholesky.ts";
import { loadTensorFlow, type TensorFlow } from "../../training/head/tensorflow.ts";
import { fitWhitening, residuals } from "../../training/head/whitening.ts";
import { random } from "../drawing.ts";

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow();
});

/** Rows of two classes that lie apart along the first channel and scatter along the second ten times as far as along the others. */
const scattered = (photos: number, channels: number, seed: number) => {
  const next = random(seed);
  const labels = Int32Array.from({ length: photos }, (_, photo) => photo % 2);
  const features = Float32Array.from({ length: photos * channels }, (_, at) => {
    const [photo, channel] = [Math.floor(at / channels), at % channels];
    const spread = channel === 1 ? 10 : 1;
    return spread * (next() + next() + next() - 1.5) + (channel === 0 ? (labels[photo]! - 0.5) * 4 : 0);
  });
  for (let channel = 0; channel < channels; channel++) {
    let mean = 0;
    for (let photo = 0; photo < photos; photo++) mean += features[photo * channels + channel]! / photos;
    for (let photo = 0; photo < photos; photo++) features[photo * channels + channel]! -= mean;
  }
  return { features, labels };
};

const spreadAlong = (features: Float32Array, labels: Int32Array, channels: number, channel: number): number => {
  let sum = 0;
  for (const label of [0, 1]) {
    const own = [...labels.keys()].filter((photo) => labels[photo] === label);
    const values = own.map((photo) => features[photo * channels + channel]!);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    sum += values.reduce((a, b) => a + (b - mean) ** 2, 0);
  }
  return Math.sqrt(sum / labels.length);
};

describe("fitWhitening", () => {
  it.each([40, 400])("counts less what photos of one class differ in, from %i rows", (photos) => {
    const channels = 6;
    const { features, labels } = scattered(photos, channels, photos);
    const whitened = fitWhitening(tf, features, residuals(features, labels, 2), channels).apply(features);
    const before = spreadAlong(features, labels, channels, 1) / spreadAlong(features, labels, channels, 0);
    const after = spreadAlong(whitened, labels, channels, 1) / spreadAlong(whitened, labels, channels, 0);
    expect(before).toBeGreaterThan(7);
    expect(after).toBeLessThan(0.8 * before);
    // whitened, photos have a mean squared norm of 1
    expect(whitened.reduce((sum, value) => sum + value * value, 0) / photos).toBeCloseTo(1, 4);
  });

  it("multiplies by M with M · M' the inverse of the shrunk covariance within classes", () => {
    const [photos, channels] = [30, 5];
    const { features, labels } = scattered(photos, channels, 3);
    const whitening = fitWhitening(tf, features, residuals(features, labels, 2), channels);
    // the rows of M come out of the identity's rows
    const identity = Float32Array.from({ length: channels ** 2 }, (_, at) => (at % (channels + 1) === 0 ? 1 : 0));
    const m = whitening.apply(identity);
    const means = [0, 1].map((label) =>
      Array.from({ length: channels }, (_, channel) => {
        const own = [...labels.keys()].filter((photo) => labels[photo] === label);
        return own.reduce((sum, photo) => sum + features[photo * channels + channel]!, 0) / own.length;
      }),
    );
    const within = Array.from(
      features,
      (value, at) => value - means[labels[Math.floor(at / channels)]!]![at % channels]!,
    );
    const variance = within.reduce((sum, value) => sum + value * value, 0) / (photos * channels);
    // S · M · M' is a multiple of the identity
    const product = (row: number, column: number): number => {
      let sum = 0;
      for (let at = 0; at < channels; at++) {
        let covariance = at === row ? 0.8 * variance : 0;
        for (let photo = 0; photo < photos; photo++)
          covariance += (0.2 * within[photo * channels + row]! * within[photo * channels + at]!) / photos;
        let inverse = 0;
        for (let k = 0; k < channels; k++) inverse += m[at * channels + k]! * m[column * channels + k]!;
        sum += covariance * inverse;
      }
      return sum;
    };
    const scale = product(0, 0);
    for (let row = 0; row < channels; row++)
      for (let column = 0; column < channels; column++)
        expect(product(row, column) / scale).toBeCloseTo(row === column ? 1 : 0, 4);
  });

  it("folds weights so that they say of plain features what they said of whitened ones", () => {
    const [photos, channels, classes] = [50, 7, 3];
    const { features, labels } = scattered(photos, channels, 5);
    const whitening = fitWhitening(tf, features, residuals(features, labels, 2), channels);
    const next = random(9);
    const weights = Float32Array.from({ length: channels * classes }, () => next() - 0.5);
    const say = (rows: Float32Array, of: Float32Array, photo: number, label: number): number => {
      let sum = 0;
      for (let at = 0; at < channels; at++) sum += rows[photo * channels + at]! * of[at * classes + label]!;
      return sum;
    };
    const [whitened, folded] = [whitening.apply(features), whitening.fold(weights)];
    for (let photo = 0; photo < photos; photo++)
      for (let label = 0; label < classes; label++)
        expect(say(features, folded, photo, label)).toBeCloseTo(say(whitened, weights, photo, label), 4);
  });

  it("leaves photos alone that do not differ within their classes", () => {
    const features = Float32Array.of(1, 0, 1, 0, -1, 0, -1, 0);
    const whitened = fitWhitening(tf, features, residuals(features, [0, 0, 1, 1], 2), 2).apply(features);
    for (const [at, value] of features.entries()) expect(whitened[at]).toBeCloseTo(value, 6);
  });
});

describe("small matrices", () => {
  const size = 4;
  const lower = Float64Array.of(2, 0, 0, 0, -1, 3, 0, 0, 0.5, 1, 1, 0, 4, -2, 1, 0.5);
  const times = (a: Float64Array, b: Float64Array, transposeA: boolean, transposeB: boolean): number[] =>
    Array.from({ length: size * size }, (_, at) => {
      const [row, column] = [Math.floor(at / size), at % size];
      let sum = 0;
      for (let k = 0; k < size; k++)
        sum +=
          a[transposeA ? k * size + row : row * size + k]! * b[transposeB ? column * size + k : k * size + column]!;
      return sum;
    });
  const close = (actual: ArrayLike<number>, expected: ArrayLike<number>) => {
    for (let at = 0; at < expected.length; at++) expect(actual[at]).toBeCloseTo(expected[at]!, 10);
  };

  it("come apart into the factor that they were made of", () =>
    close(cholesky(Float64Array.from(times(lower, lower, false, true)), size), lower));

  it("have an inverse where they are triangular", () =>
    close(times(invertLower(lower, size), lower, false, false), addToDiagonal(new Float64Array(size * size), size, 1)));

  it("are multiplied, the first one transposed", () =>
    close(
      transposedProduct(lower, invertLower(lower, size), size),
      times(lower, invertLower(lower, size), true, false),
    ));

  it("say so where they have no factor", () =>
    expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow(/not positive definite at row 1/));
});
