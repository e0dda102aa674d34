/**
 * Whether two pictures show the same in detail, tile by tile. Detail is what is left of a picture without its blur: what is alike
 * from afar (a plain background, a thing in the middle) is gone, and different photos have no detail in common.
 */
import type { Warp } from "./align.ts";
import { type Picture, valueAt } from "./picture.ts";
import type { Interval, Window } from "./waves.ts";
import { wholeWindow } from "./windows.ts";

/** Tiles on a side. */
const TILES = 4;
/** Pixels on each side of one that its blur is the mean of. */
const REACH = 2;
/** Tiles with less detail than this share of the mean tile's have nothing to tell. */
const LEAST_DETAIL = 0.1;
/** What rounding and compression may add to a tile's energy. */
const NOISE = 1;

/** Correlations, from -1 to 1. */
export interface Likeness {
  /** Of all the detail. */
  whole: number;
  /** Of single tiles that have detail, lowest first; none where there is no detail. */
  tiles: number[];
}

/** The picture less its blur: means of up to (2 REACH + 1) squared pixels. */
export const detailOf = ({ values, side }: Picture): Picture => {
  const blur = blurred(blurred(values, side, 1), side, side);
  return { values: values.map((value, at) => value - blur[at]!), side };
};

/** Means along rows (`step` 1) or columns (`step` the side). */
const blurred = (values: Float32Array, side: number, step: number): Float32Array => {
  const out = new Float32Array(values.length);
  const across = step === 1 ? side : 1;
  for (let line = 0; line < side; line++)
    for (let at = 0; at < side; at++) {
      const [from, to] = [Math.max(0, at - REACH), Math.min(side - 1, at + REACH)];
      let sum = 0;
      for (let near = from; near <= to; near++) sum += values[line * across + near * step]!;
      out[line * across + at * step] = sum / (to - from + 1);
    }
  return out;
};

/** @param part that is compared, of pictures that lie on one another as they are */
export const likenessInPlace = (detail: Picture, other: Picture, part: Window = wholeWindow): Likeness =>
  compare(detail.values, other, (u, v) => within(u, part.x) && within(v, part.y));

/** @param otherDetail of the other picture */
export const likenessAligned = (picture: Picture, otherDetail: Picture, warp: Warp): Likeness => {
  const { side } = picture;
  const [x, xu, xv, y, yu, yv] = warp;
  const values = new Float32Array(side * side);
  for (let row = 0, at = 0; row < side; row++)
    for (let column = 0; column < side; column++, at++) {
      const [u, v] = [(column + 0.5) / side, (row + 0.5) / side];
      values[at] = valueAt(picture, (x + xu * u + xv * v) * side - 0.5, (y + yu * u + yv * v) * side - 0.5);
    }
  const whole: Interval = [0, 1];
  return compare(
    detailOf({ values, side }).values,
    otherDetail,
    (u, v) => within(x + xu * u + xv * v, whole) && within(y + yu * u + yv * v, whole),
  );
};

const within = (value: number, [from, to]: Interval): boolean => value >= from && value <= to;

const compare = (own: Float32Array, other: Picture, compares: (u: number, v: number) => boolean): Likeness => {
  const { side, values: others } = other;
  // of each tile: the energies of both, and what they share
  const sums = new Float64Array(3 * TILES * TILES);
  for (let row = 0, at = 0; row < side; row++)
    for (let column = 0; column < side; column++, at++) {
      if (!compares((column + 0.5) / side, (row + 0.5) / side)) continue;
      const tile = 3 * ((((row * TILES) / side) | 0) * TILES + (((column * TILES) / side) | 0));
      const [mine, theirs] = [own[at]!, others[at]!];
      sums[tile]! += mine * mine;
      sums[tile + 1]! += theirs * theirs;
      sums[tile + 2]! += mine * theirs;
    }
  const total = [0, 0, 0];
  for (let i = 0; i < sums.length; i++) total[i % 3]! += sums[i]!;
  const least = total.map((sum) => (sum / (TILES * TILES)) * LEAST_DETAIL);
  const tiles: number[] = [];
  for (let tile = 0; tile < sums.length; tile += 3) {
    const [mine, theirs, both] = [sums[tile]!, sums[tile + 1]!, sums[tile + 2]!];
    if (mine > least[0]! || theirs > least[1]!) tiles.push(both / Math.sqrt(mine * theirs + NOISE));
  }
  return { whole: total[2]! / Math.sqrt(total[0]! * total[1]! + NOISE), tiles: tiles.sort((a, b) => a - b) };
};

/** The tile that only a `share` of the tiles with detail is less alike than; -1 where there are none. */
export const tileAt = ({ tiles }: Likeness, share: number): number => tiles[Math.floor(share * tiles.length)] ?? -1;
