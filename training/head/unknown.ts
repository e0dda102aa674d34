/**
 * Where a photo stops being one of the known classes: below an energy, logsumexp(logits), that nearly all known photos
 * exceed. Source: Liu et al. 2020, "Energy-based Out-of-distribution Detection".
 */
import { energy } from "../../shared/classifier/scores.ts";

/** Share of known photos that keep their answer. */
const kept = 0.95;

export interface UnknownThreshold {
  /** A photo with a lower logsumexp(logits) is unknown. */
  threshold: number;
  /** The share of the given photos at or above it. */
  kept: number;
}

/**
 * The 5th percentile of known photos' energies, between neighbours by linear interpolation. With fewer than 20 photos that
 * would cut off a photo already, so the threshold lies one standard deviation below the lowest instead:
 * a small sample has not seen the tail, and crying "unknown" at good photos is the worse mistake.
 *
 * @param logits a row per photo that the head has not learned from
 * @throws Error without any
 */
export const fitUnknownThreshold = (logits: readonly Float32Array[]): UnknownThreshold => {
  if (logits.length === 0) throw new Error("an unknown threshold needs photos to be fitted to, and got none");
  const energies = Float64Array.from(logits, energy).sort();
  const threshold = energies.length < 1 / (1 - kept) ? belowAll(energies) : percentile(energies, 1 - kept);
  return { threshold, kept: energies.filter((energy) => energy >= threshold).length / energies.length };
};

const percentile = (sorted: Float64Array, share: number): number => {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
};

/** A standard deviation below the lowest. */
const belowAll = (sorted: Float64Array): number => {
  const mean = sorted.reduce((sum, energy) => sum + energy, 0) / sorted.length;
  const variance = sorted.reduce((sum, energy) => sum + (energy - mean) ** 2, 0) / sorted.length;
  return sorted[0]! - Math.sqrt(variance);
};
