/**
 * Which pictures are worth a closer look, without comparing each with every other: the hashes are sorted several times, by other
 * bits first each time, and near ones come to lie near one another in some of the orders (Charikar 2002). So the work grows
 * hardly faster than the number of pictures, however alike they are.
 */
import { seeded } from "../../seeded.ts";
import { type Hashes, hashPictures, layouts, ones, windows } from "./hashes.ts";
import type { Pause } from "./pause.ts";
import type { Picture } from "./picture.ts";
import { WAVES, type Window } from "./waves.ts";

/** A window of one picture that may show what another one shows. */
export interface Candidate {
  other: number;
  window: Window;
  /** Once the picture is mirrored. */
  mirrored: boolean;
}

/**
 * Orders to sort by. With 16, measured on 1,700 photos and 4,800 copies of them of 31 kinds, each copy had its original among its
 * candidates, save one; with 32 all had.
 */
const ORDERS = 16;
/** Bits that an order looks at. */
const KEY_BITS = 32;
/** Neighbours on each side that are looked at in an order. */
const REACH = 6;
/** Bits of WAVES that may differ: those copies' had 11 at most; of 10,000 different photos 3 lie within 12. */
export const MOST_BITS = 12;
/** Candidates of one picture: its nearest. */
export const MOST_CANDIDATES = 16;

/** Pictures between two questions whether it is time for a pause. */
const OFTEN = 64;

/** @param pause is awaited now and then, with the share of the work that is done */
export const findCandidates = async (pictures: readonly Picture[], pause: Pause): Promise<Candidate[][]> => {
  const hashing = 0.4;
  const hashes = await hashPictures(pictures, (done) => pause((hashing * done) / pictures.length));
  const nearest = createNearest(pictures.length);
  const rounds = layouts.flatMap((layout) => Array.from({ length: ORDERS }, (_, order) => ({ layout, order })));
  for (const [round, { layout, order }] of rounds.entries()) {
    const bits = bitsOf(order);
    const keyAt = (place: number): number => keyOf(hashes.words, place, bits);
    const sorted = sortPictures(pictures.length, (picture) => keyAt(hashes.at(picture, layout.target, false)));
    for (let picture = 0; picture < pictures.length; picture++) {
      if (picture % OFTEN === 0)
        await pause(hashing + (1 - hashing) * ((round + picture / pictures.length) / rounds.length));
      for (const window of layout.sources)
        for (const mirrored of [false, true])
          offerNeighbours(nearest, hashes, sorted, { picture, window, mirrored, target: layout.target }, keyAt);
    }
  }
  return Array.from({ length: pictures.length }, (_, picture) =>
    nearest.of(picture).map(({ other, code }) => ({
      other,
      window: windows[code >> 1]!,
      mirrored: code % 2 === 1,
    })),
  );
};

/** The bits of an order, drawn at random. */
const bitsOf = (order: number): number[] =>
  Array.from({ length: WAVES }, (_, bit) => ({ bit, key: seeded(`order ${order} ${bit}`) }))
    .sort((a, b) => a.key - b.key)
    .slice(0, KEY_BITS)
    .map(({ bit }) => bit);

const keyOf = (words: Int32Array, place: number, bits: readonly number[]): number => {
  const [low, high] = [words[place]!, words[place + 1]!];
  let key = 0;
  for (let i = 0; i < bits.length; i++) {
    const bit = bits[i]!;
    key = (key << 1) | (((bit < 32 ? low : high) >>> (bit & 31)) & 1);
  }
  return key >>> 0;
};

interface Sorted {
  keys: Uint32Array;
  pictures: Uint32Array;
}

/** By their keys; in one number with its picture, a key is sorted natively. */
const sortPictures = (count: number, keyOf: (picture: number) => number): Sorted => {
  const places = 2 ** 21;
  const both = Float64Array.from(
    { length: count },
    (_, picture) => keyOf(picture) * places + (picture % places),
  ).sort();
  return {
    keys: Uint32Array.from(both, (value) => Math.floor(value / places)),
    pictures: Uint32Array.from(both, (value) => value % places),
  };
};

interface Query {
  picture: number;
  window: number;
  mirrored: boolean;
  target: number;
}

const offerNeighbours = (
  nearest: Nearest,
  { words, at }: Hashes,
  { keys, pictures }: Sorted,
  { picture, window, mirrored, target }: Query,
  keyAt: (place: number) => number,
): void => {
  const place = at(picture, window, mirrored);
  const key = keyAt(place);
  let [from, to] = [0, keys.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (keys[middle]! < key) from = middle + 1;
    else to = middle;
  }
  const [low, high] = [words[place]!, words[place + 1]!];
  const code = 2 * window + (mirrored ? 1 : 0);
  const last = Math.min(keys.length, from + REACH);
  for (let near = Math.max(0, from - REACH); near < last; near++) {
    const other = pictures[near]!;
    if (other === picture) continue;
    const there = at(other, target, false);
    const bits = ones(low ^ words[there]!) + ones(high ^ words[there + 1]!);
    if (bits <= MOST_BITS) nearest.offer(picture, other, bits, code);
  }
};

interface Nearest {
  offer(picture: number, other: number, bits: number, code: number): void;
  of(picture: number): { other: number; code: number; bits: number }[];
}

/** The few nearest of each picture, each with what it is nearest by. */
const createNearest = (count: number): Nearest => {
  const others = new Int32Array(count * MOST_CANDIDATES).fill(-1);
  const distances = new Uint8Array(count * MOST_CANDIDATES).fill(MOST_BITS + 1);
  const codes = new Uint8Array(count * MOST_CANDIDATES);
  return {
    offer(picture, other, bits, code) {
      const from = picture * MOST_CANDIDATES;
      let place = -1;
      let worst = bits;
      for (let at = from; at < from + MOST_CANDIDATES; at++) {
        if (others[at] === other) {
          place = distances[at]! > bits ? at : -1;
          break;
        }
        if (distances[at]! > worst) {
          worst = distances[at]!;
          place = at;
        }
      }
      if (place === -1) return;
      others[place] = other;
      distances[place] = bits;
      codes[place] = code;
    },
    of: (picture) =>
      Array.from({ length: MOST_CANDIDATES }, (_, i) => picture * MOST_CANDIDATES + i)
        .filter((at) => others[at] !== -1)
        .map((at) => ({ other: others[at]!, code: codes[at]!, bits: distances[at]! })),
  };
};
