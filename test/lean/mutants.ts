/** Damaged plan files: what a careless hand or a broken disk could make of a sound one. */
import { hashedFrom, headerBytes } from "../../shared/engine/lean/format.ts";
import type { Dice } from "./dice.ts";

const interesting = [0, 1, 2, 3, 4, 7, 8, 255, 256, 65_535, 65_536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

type Change = (bytes: Uint8Array, dice: Dice, tables: number) => Uint8Array;

const changeWord =
  (change: (word: number, dice: Dice) => number): Change =>
  (bytes, dice, tables) => {
    const view = new DataView(bytes.buffer);
    const at = hashedFrom + 4 * dice.between(0, Math.floor((Math.min(tables, bytes.length) - hashedFrom) / 4) - 1);
    if (at >= hashedFrom && at + 4 <= bytes.length)
      view.setUint32(at, change(view.getUint32(at, true), dice) >>> 0, true);
    return bytes;
  };

const changes: readonly Change[] = [
  changeWord((_, dice) => dice.oneOf(interesting)),
  changeWord((_, dice) => dice.oneOf(interesting)),
  changeWord((word, dice) => word + dice.between(-9, 9)),
  changeWord((word, dice) => word + dice.between(-9, 9)),
  changeWord((_, dice) => dice.between(0, 2 ** 32 - 1)),
  // a bit anywhere, mostly among the constants
  (bytes, dice) => bytes.with(dice.between(0, bytes.length - 1), dice.between(0, 255)),
  (bytes, dice) => bytes.slice(0, dice.between(headerBytes, bytes.length)),
  (bytes, dice) => Uint8Array.from([...bytes, ...new Uint8Array(dice.between(1, 200))]),
];

/** A copy with one to three changes, most of them to words of its header and tables. */
export const damage = (plan: Uint8Array, dice: Dice): Uint8Array => {
  const constantsAt = new DataView(plan.buffer, plan.byteOffset).getUint32(hashedFrom + 12, true);
  let bytes: Uint8Array = plan.slice();
  for (let count = dice.oneOf([1, 1, 1, 2, 3]); count > 0; count--) {
    const often = dice.chance(0.8) ? changes.slice(0, 5) : changes;
    bytes = dice.oneOf(often)(bytes, dice, constantsAt);
  }
  return bytes;
};
