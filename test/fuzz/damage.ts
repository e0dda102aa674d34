/** Blind damage, as a bad line or a careless program does it: bits, cuts, moves, and halves of two files. */
import type { Dice } from "../lean/dice.ts";

export type Mutation = (photo: Buffer, dice: Dice, others: readonly Buffer[]) => Buffer;

/** Most of a format's traps lie in its first bytes. */
const anywhere = (photo: Buffer, dice: Dice): number =>
  dice.between(0, (dice.chance(0.6) ? Math.min(700, photo.length) : photo.length) - 1);

const interesting = [0, 1, 2, 0x7f, 0x80, 0xc0, 0xc4, 0xd8, 0xd9, 0xda, 0xdb, 0xdd, 0xe1, 0xfe, 0xff] as const;

export const flipBits: Mutation = (photo, dice) => {
  const flipped = Buffer.from(photo);
  for (let count = dice.oneOf([1, 1, 2, 4, 16, 64]); count > 0; count--) {
    const at = anywhere(photo, dice);
    flipped[at] = flipped[at]! ^ (1 << dice.between(0, 7));
  }
  return flipped;
};

export const overwrite: Mutation = (photo, dice) => {
  const changed = Buffer.from(photo);
  for (let count = dice.between(1, 6); count > 0; count--) changed[anywhere(photo, dice)] = dice.oneOf(interesting);
  return changed;
};

export const truncate: Mutation = (photo, dice) => photo.subarray(0, dice.between(0, photo.length - 1));

/** The beginning of one and the end of another, of the same kind or not. */
export const splice: Mutation = (photo, dice, others) => {
  const other = dice.oneOf(others);
  return Buffer.concat([
    photo.subarray(0, dice.between(0, photo.length)),
    other.subarray(dice.between(0, other.length - 1)),
  ]);
};

/** A piece of the file once more, somewhere else, perhaps many times. */
export const repeat: Mutation = (photo, dice) => {
  const from = anywhere(photo, dice);
  const piece = photo.subarray(from, from + dice.between(1, 400));
  const at = anywhere(photo, dice);
  const copies = Array.from({ length: dice.oneOf([1, 2, 30, 500]) }, () => piece);
  return Buffer.concat([photo.subarray(0, at), ...copies, photo.subarray(at)]);
};

export const blank: Mutation = (photo, dice) => {
  const from = anywhere(photo, dice);
  return Buffer.from(photo).fill(dice.oneOf(interesting), from, Math.min(photo.length, from + dice.between(1, 300)));
};

/** Random bytes behind a sound beginning. */
export const noise: Mutation = (photo, dice) => {
  const tail = Buffer.from(Array.from({ length: dice.between(0, 4000) }, () => dice.between(0, 255)));
  return Buffer.concat([photo.subarray(0, dice.between(0, Math.min(64, photo.length))), tail]);
};
