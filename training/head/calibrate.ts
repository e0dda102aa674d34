/**
 * The temperature that makes scores honest: the one with the lowest validation NLL of softmax(logits / temperature).
 * Source: Guo et al. 2017, "On Calibration of Modern Neural Networks".
 */
import { energy } from "../../shared/classifier/scores.ts";

/** Beyond these a few lucky or unlucky photos are speaking, not the model. */
export const temperatureBounds = { lowest: 0.25, highest: 4 };

/** Fewer photos than this say nothing about confidence: the temperature stays 1. */
export const fewestForCalibration = 10;

/** With fewer photos than this, often all of them right, the fit must not make the model surer than it is by itself. */
const fewestForSharpening = 30;

const golden = (Math.sqrt(5) - 1) / 2;
/** In log(temperature); a thousandth changes no digit that anybody sees. */
const precise = 1e-4;

/**
 * Golden section over log(temperature); in 1 / temperature the NLL is convex, so it has one valley.
 *
 * @param logits a row per validation photo, from a head that has not learned from them
 * @param labels the index of each photo's true label
 */
export const fitTemperature = (logits: readonly Float32Array[], labels: ArrayLike<number>): number => {
  if (logits.length < fewestForCalibration) return 1;
  const nllAt = (logTemperature: number): number => mean(nllsAt(logits, labels, Math.exp(logTemperature)));
  let low = Math.log(logits.length < fewestForSharpening ? 1 : temperatureBounds.lowest);
  let high = Math.log(temperatureBounds.highest);
  let left = high - golden * (high - low);
  let right = low + golden * (high - low);
  let atLeft = nllAt(left);
  let atRight = nllAt(right);
  while (high - low > precise) {
    if (atLeft < atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - golden * (high - low);
      atLeft = nllAt(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + golden * (high - low);
      atRight = nllAt(right);
    }
  }
  return Math.exp((low + high) / 2);
};

/** Of softmax(logits / temperature), per photo. */
export const nllsAt = (logits: readonly Float32Array[], labels: ArrayLike<number>, temperature: number): number[] =>
  logits.map((row, photo) => {
    const scaled = Float64Array.from(row, (logit) => logit / temperature);
    return energy(scaled) - scaled[labels[photo]!]!;
  });

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
