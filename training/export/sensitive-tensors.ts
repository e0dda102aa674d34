/** Which activations suffer most from 8 bits, to be left in float when a model does not pass the gate otherwise. */
import type { ActivationStatistics } from "./statistics.ts";

/**
 * The tenth with the least signal per quantization noise: variance over step^2 / 12, from calibration alone.
 *
 * @returns names of tensors, sorted
 */
export const sensitiveTensors = ({ tensors }: ActivationStatistics, share = 0.1): string[] => {
  const noisiest = Object.entries(tensors)
    .map(([name, { deviation, ranges }]) => ({ name, signal: deviation / (ranges.minmax[1] - ranges.minmax[0] || 1) }))
    .sort((a, b) => a.signal - b.signal || (a.name < b.name ? -1 : 1));
  return noisiest
    .slice(0, Math.ceil(noisiest.length * share))
    .map(({ name }) => name)
    .sort();
};
