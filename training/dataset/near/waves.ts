/**
 * What a window of a picture looks like from far away: its lowest frequencies (DCT-II), each weighed by its frequency. In photos
 * amplitudes fall with frequency about as steeply (Field 1987), so that none of the numbers speaks louder than another.
 */
import type { Picture } from "./picture.ts";

/** Frequencies in each direction. */
const FREQUENCIES = 8;
/** Numbers that describe a window; the mean is none of them. */
export const WAVES = FREQUENCIES * FREQUENCIES - 1;

/** Part of a picture's side, from 0 to 1. */
export type Interval = readonly [from: number, to: number];
export interface Window {
  x: Interval;
  y: Interval;
}

/** Which waves turn their sign when the picture is mirrored. */
export const isOdd = (wave: number): boolean => ((wave + 1) % FREQUENCIES) % 2 === 1;

/** For each frequency a weight for each pixel: cosines over the interval, zero beside it, of sum zero but for the first. */
const basisOf = ([from, to]: Interval, side: number): Float32Array => {
  const share = Array.from({ length: side }, (_, i) => {
    const [begin, end] = [Math.max(from, i / side), Math.min(to, (i + 1) / side)];
    return { weight: Math.max(0, end - begin) / (to - from), at: ((begin + end) / 2 - from) / (to - from) };
  });
  const basis = new Float32Array(FREQUENCIES * side);
  for (let frequency = 0; frequency < FREQUENCIES; frequency++) {
    const wave = share.map(({ weight, at }) => weight * Math.cos(Math.PI * frequency * at));
    const mean = frequency === 0 ? 0 : wave.reduce((sum, value) => sum + value, 0);
    for (const [i, { weight }] of share.entries()) basis[frequency * side + i] = wave[i]! - mean * weight;
  }
  return basis;
};

/** What each wave is weighed by. */
const weights = Float32Array.from({ length: WAVES }, (_, wave) =>
  Math.hypot((wave + 1) % FREQUENCIES, Math.floor((wave + 1) / FREQUENCIES)),
);

/** @returns of a picture of `side`: for each window WAVES numbers, row by row, vertical frequency first */
export const createDescriber = (windows: readonly Window[], side: number): ((picture: Picture) => Float32Array[]) => {
  const columns = [...new Set(windows.map(({ x }) => x))];
  const plans = windows.map(({ x, y }) => ({ column: columns.indexOf(x), basis: basisOf(y, side) }));
  const bases = columns.map((column) => basisOf(column, side));
  return ({ values }) => {
    const rows = bases.map((basis) => projectRows(values, basis, side));
    return plans.map(({ column, basis }) => projectColumns(rows[column]!, basis, side));
  };
};

/** Frequencies along each row of the picture: for each frequency a value for each row. */
const projectRows = (values: Float32Array, basis: Float32Array, side: number): Float32Array => {
  const out = new Float32Array(FREQUENCIES * side);
  for (let row = 0; row < side; row++)
    for (let frequency = 0; frequency < FREQUENCIES; frequency++) {
      let sum = 0;
      for (let i = 0; i < side; i++) sum += basis[frequency * side + i]! * values[row * side + i]!;
      out[frequency * side + row] = sum;
    }
  return out;
};

/** Frequencies along the columns of those, weighed; all but the mean. */
const projectColumns = (rows: Float32Array, basis: Float32Array, side: number): Float32Array => {
  const out = new Float32Array(WAVES);
  for (let wave = 0; wave < WAVES; wave++) {
    const down = ((wave + 1) / FREQUENCIES) | 0;
    const along = (wave + 1) % FREQUENCIES;
    let sum = 0;
    for (let i = 0; i < side; i++) sum += basis[down * side + i]! * rows[along * side + i]!;
    out[wave] = sum * weights[wave]!;
  }
  return out;
};
