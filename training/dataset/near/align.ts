/**
 * How one picture must be moved, stretched and turned to lie on another: Gauss-Newton steps on grey values, free of gain and
 * offset, from a first guess (Lucas and Kanade 1981; Evangelidis and Psarakis 2008).
 */
import { halved, type Picture } from "./picture.ts";
import type { Window } from "./waves.ts";

/** Where a place (u, v) of the other picture lies in this one: (x + xu u + xv v, y + yu u + yv v), all from 0 to 1. */
export type Warp = readonly [x: number, xu: number, xv: number, y: number, yu: number, yv: number];

export const inPlace: Warp = [0, 1, 0, 0, 0, 1];
export const warpOf = ({ x, y }: Window): Warp => [x[0], x[1] - x[0], 0, y[0], 0, y[1] - y[0]];

/** Steps on pictures of a quarter and of half the side, without turning, and on whole ones, with it. */
const COARSE_STEPS = 6;
const FINE_STEPS = 5;
const stretches = [0, 1, 3, 5];
const everything = [0, 1, 2, 3, 4, 5];
/** Pixels that a step may move a corner by, and shares of their side that pictures must overlap by and may be stretched by. */
const LONGEST_STEP = 1.5;
const LEAST_OVERLAP = 0.5;
const [NARROWEST, WIDEST] = [0.6, 1.6];

/** Correlation of halved pictures below which a closer look is in vain: of copies hardly any has less. */
const LEAST_CORRELATION = 0.5;

/**
 * @param guess where `other` may lie in `picture`
 * @returns undefined where it does not
 */
export const align = (picture: Picture, other: Picture, guess: Warp): Warp | undefined => {
  const [half, otherHalf] = [halved(picture), halved(other)];
  const coarsest = descend(halved(half), halved(otherHalf), guess, stretches, COARSE_STEPS);
  const coarse = descend(half, otherHalf, coarsest.warp, stretches, COARSE_STEPS);
  if (coarse.correlation < LEAST_CORRELATION) return undefined;
  return descend(picture, other, coarse.warp, everything, FINE_STEPS).warp;
};

/** The best of the warps on the way; what is not `free` of them stays. */
const descend = (
  picture: Picture,
  other: Picture,
  guess: Warp,
  free: readonly number[],
  steps: number,
): { warp: Warp; correlation: number } => {
  const seen = createSeen(other.side ** 2);
  let best = { warp: guess, correlation: -1 };
  let warp = guess;
  for (let step = 0; step <= steps; step++) {
    lookThrough(picture, other, warp, seen);
    if (seen.count < other.side ** 2 * LEAST_OVERLAP) break;
    if (seen.correlation > best.correlation) best = { warp, correlation: seen.correlation };
    const moved = step < steps ? stepFrom(seen, warp, free, picture.side) : undefined;
    if (moved === undefined) break;
    warp = moved;
  }
  return best;
};

/** The pixels that both pictures show; the first `count` of each array. */
interface Seen {
  count: number;
  correlation: number;
  /** Of the other's values to the warped ones'. */
  gain: number;
  /** Pixels of the other. */
  places: Int32Array;
  /** Of the warped picture and of the other, less their means. */
  values: Float64Array;
  wanted: Float64Array;
  /** Slopes of the picture, in values per pixel. */
  across: Float64Array;
  along: Float64Array;
}

const createSeen = (pixels: number): Seen => ({
  count: 0,
  correlation: -1,
  gain: 0,
  places: new Int32Array(pixels),
  values: new Float64Array(pixels),
  wanted: new Float64Array(pixels),
  across: new Float64Array(pixels),
  along: new Float64Array(pixels),
});

const lookThrough = (picture: Picture, other: Picture, [x, xu, xv, y, yu, yv]: Warp, seen: Seen): void => {
  const { side, values: grey } = picture;
  let count = 0;
  let [valueSum, wantedSum] = [0, 0];
  for (let place = 0; place < side * side; place++) {
    const row = (place / side) | 0;
    const [u, v] = [(place - row * side + 0.5) / side, (row + 0.5) / side];
    const [atX, atY] = [(x + xu * u + xv * v) * side - 0.5, (y + yu * u + yv * v) * side - 0.5];
    if (atX < -0.5 || atY < -0.5 || atX > side - 0.5 || atY > side - 0.5) continue;
    const left = atX < 0 ? 0 : atX >= side - 1 ? side - 2 : atX | 0;
    const top = atY < 0 ? 0 : atY >= side - 1 ? side - 2 : atY | 0;
    const at = top * side + left;
    const [nw, ne, sw, se] = [grey[at]!, grey[at + 1]!, grey[at + side]!, grey[at + side + 1]!];
    const above = nw + (ne - nw) * (atX - left);
    const below = sw + (se - sw) * (atX - left);
    seen.values[count] = above + (below - above) * (atY - top);
    seen.across[count] = ne - nw + (se - sw - ne + nw) * (atY - top);
    seen.along[count] = below - above;
    seen.wanted[count] = other.values[place]!;
    seen.places[count] = place;
    valueSum += seen.values[count]!;
    wantedSum += seen.wanted[count]!;
    count++;
  }
  const [valueMean, wantedMean] = [valueSum / count, wantedSum / count];
  let [own, both, others] = [1e-9, 0, 1e-9];
  for (let i = 0; i < count; i++) {
    const value = (seen.values[i]! -= valueMean);
    const wanted = (seen.wanted[i]! -= wantedMean);
    own += value * value;
    both += value * wanted;
    others += wanted * wanted;
  }
  seen.count = count;
  seen.correlation = both / Math.sqrt(own * others);
  seen.gain = both / own;
};

/** Undefined where nothing is to be gained, or the pictures would hardly be the same any more. */
const stepFrom = (seen: Seen, warp: Warp, free: readonly number[], side: number): Warp | undefined => {
  if (seen.gain <= 0) return undefined;
  const slopes = slopesOf(seen, free, side);
  const normal = free.map((_, k) => {
    const row = new Float64Array(free.length + 1);
    const own = slopes[k]!;
    for (let l = 0; l <= k; l++) row[l] = sumOf(own, slopes[l]!, seen.count);
    for (let i = 0; i < seen.count; i++) row[free.length]! += own[i]! * (seen.wanted[i]! - seen.gain * seen.values[i]!);
    return row;
  });
  for (const [k, row] of normal.entries()) for (let l = k + 1; l < free.length; l++) row[l] = normal[l]![k]!;
  const move = solve(normal);
  if (move === undefined) return undefined;
  const moved = [...warp] as [number, number, number, number, number, number];
  for (const [k, number] of free.entries())
    moved[number]! += Math.max(-LONGEST_STEP, Math.min(LONGEST_STEP, move[k]!)) / side;
  const [, width, , , , height] = moved;
  return Math.min(width, height) < NARROWEST || Math.max(width, height) > WIDEST ? undefined : moved;
};

/** How the warped values change with each free number of the warp, less their means. */
const slopesOf = (
  { count, gain, places, across, along }: Seen,
  free: readonly number[],
  side: number,
): Float64Array[] =>
  free.map((number) => {
    const slopes = new Float64Array(count);
    const slope = number < 3 ? across : along;
    const factor = number % 3;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const row = (places[i]! / side) | 0;
      const by = factor === 0 ? 1 : factor === 1 ? (places[i]! - row * side + 0.5) / side : (row + 0.5) / side;
      slopes[i] = gain * slope[i]! * by;
      sum += slopes[i]!;
    }
    const mean = sum / count;
    for (let i = 0; i < count; i++) slopes[i]! -= mean;
    return slopes;
  });

const sumOf = (a: Float64Array, b: Float64Array, count: number): number => {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += a[i]! * b[i]!;
  return sum;
};

/** Gauss-Jordan elimination with a little damping (Levenberg): `rows` hold a symmetric matrix and the right side. */
const solve = (rows: Float64Array[]): number[] | undefined => {
  const count = rows.length;
  for (const [i, row] of rows.entries()) row[i] = row[i]! * 1.001 + 1e-6;
  for (let i = 0; i < count; i++) {
    const pivot = rows[i]!;
    if (!(Math.abs(pivot[i]!) > 1e-9)) return undefined;
    for (let j = 0; j < count; j++) {
      if (j === i) continue;
      const row = rows[j]!;
      const factor = row[i]! / pivot[i]!;
      for (let k = i; k <= count; k++) row[k]! -= factor * pivot[k]!;
    }
  }
  return rows.map((row, i) => row[count]! / row[i]!);
};
