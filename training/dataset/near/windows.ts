/** The windows through which two copies of one picture may show the same: whole, cropped, framed, or beside what was laid over. */
import type { Interval, Window } from "./waves.ts";

const all: Interval = [0, 1];
const later: Interval = [0.1, 1];
const earlier: Interval = [0, 0.9];
const aLittleLater: Interval = [0.05, 1];
const aLittleEarlier: Interval = [0, 0.95];
const inner: Interval = [0.1, 0.9];
const framed: Interval = [0.05, 0.95];
/** A 3:2 photo that bars made square. */
const barred: Interval = [1 / 6, 5 / 6];
const muchLater: Interval = [0.2, 1];
const muchEarlier: Interval = [0, 0.8];

export const wholeWindow: Window = { x: all, y: all };

/** What a copy may show all of; nearly, where up to a tenth was cut off its sides, or a fifth off one. */
export const cropWindows: readonly Window[] = [
  wholeWindow,
  ...[later, earlier].flatMap((x) => [later, earlier].map((y) => ({ x, y }))),
  ...[aLittleLater, aLittleEarlier].flatMap((x) => [aLittleLater, aLittleEarlier].map((y) => ({ x, y }))),
  ...[later, earlier, inner, muchLater, muchEarlier, barred].flatMap((one) => [
    { x: one, y: all },
    { x: all, y: one },
  ]),
  { x: framed, y: framed },
  { x: inner, y: inner },
];

/** Share of a side that a label may cover. */
export const COVERED = 0.3;

/** What a label along one of the borders leaves. */
export const uncoveredWindows: readonly Window[] = [
  { x: all, y: [0, 1 - COVERED] },
  { x: all, y: [COVERED, 1] },
  { x: [0, 1 - COVERED], y: all },
  { x: [COVERED, 1], y: all },
];
