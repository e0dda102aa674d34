/**
 * The waves of a picture's windows as bits: whether each lies above what is common in this set of pictures. Compared with the set,
 * and not with zero, because pictures of one object on one background have most of their waves in common.
 */
import type { Picture } from "./picture.ts";
import { createDescriber, isOdd, WAVES, type Window } from "./waves.ts";
import { cropWindows, uncoveredWindows, wholeWindow } from "./windows.ts";

/** Windows that are compared with one window of every other picture. */
export interface Layout {
  /** Place in `windows`. */
  target: number;
  /** Places in `windows`; the target's own among them. */
  sources: readonly number[];
}

export const windows: readonly Window[] = [...cropWindows, ...uncoveredWindows];
export const layouts: readonly Layout[] = [
  { target: cropWindows.indexOf(wholeWindow), sources: cropWindows.map((_, place) => place) },
  ...uncoveredWindows.map((_, index) => {
    const target = cropWindows.length + index;
    return { target, sources: [target] };
  }),
];

/** Words of a hash: WAVES bits, low ones first. */
const WORDS = 2;
/** Pictures that tell what is common. */
const SAMPLED = 1000;

export interface Hashes {
  words: Int32Array;
  /** Where a window's two words begin in `words`. */
  at(picture: number, window: number, mirrored: boolean): number;
}

/** @param pause is awaited now and then, with the number of pictures done */
export const hashPictures = async (
  pictures: readonly Picture[],
  pause: (done: number) => Promise<void> | undefined,
): Promise<Hashes> => {
  const describe = createDescriber(windows, pictures[0]?.side ?? 1);
  const step = Math.max(1, Math.floor(pictures.length / SAMPLED));
  const sample = pictures.filter((_, index) => index % step === 0).map(describe);
  const common = windows.map(() => new Float32Array(WAVES));
  for (const { target, sources } of layouts) {
    const medians = Float32Array.from({ length: WAVES }, (_, wave) =>
      medianOf(sample.map((waves) => waves[target]![wave]!)),
    );
    for (const window of sources) common[window] = medians;
  }
  const words = new Int32Array(pictures.length * windows.length * 2 * WORDS);
  const at: Hashes["at"] = (picture, window, mirrored) =>
    ((picture * windows.length + window) * 2 + (mirrored ? 1 : 0)) * WORDS;
  for (const [index, picture] of pictures.entries()) {
    await pause(index);
    for (const [window, waves] of describe(picture).entries())
      for (const mirrored of [false, true]) {
        const place = at(index, window, mirrored);
        for (let wave = 0; wave < WAVES; wave++)
          if ((mirrored && isOdd(wave) ? -waves[wave]! : waves[wave]!) > common[window]![wave]!)
            words[place + (wave >> 5)]! |= 1 << (wave & 31);
      }
  }
  return { words, at };
};

const medianOf = (values: readonly number[]): number => Float32Array.from(values).sort()[values.length >> 1] ?? 0;

/** Set bits of a word. */
export const ones = (word: number): number => {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};
