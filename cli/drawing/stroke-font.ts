/**
 * Letters as strokes of a pen, drawn for this purpose: what is drawn must be legible on a machine without any font, where an SVG's
 * text comes out as empty boxes.
 */

/** Capitals stand from 0 to 10, small letters from 4, tails reach to 13. */
export const CAPITAL = 10;
const GAP = 1.9;
const SPACE = 2.6;

const ring = "M0 7a2.6 3 0 1 1 5.2 0a2.6 3 0 1 1 -5.2 0";
const bowl = "M0 10V0H3.2A2.7 2.75 0 0 1 3.2 5.5H0";
const open = "M7.2 2.2Q6 0 3.8 0A3.8 5 0 0 0 3.8 10";
const oval = "M0 5A4 5 0 1 1 8 5A4 5 0 1 1 0 5";
const hook = "M0 6.4Q.6 4 2.6 4Q4.8 4 4.8 6.4V10";

/** How wide each character is, and its strokes as an SVG path. */
const glyphs: Record<string, readonly [width: number, strokes: string]> = {
  a: [5.2, `${ring}M5.2 4V10`],
  b: [5.2, `M0 0V10${ring}`],
  c: [4.9, "M4.9 5.2Q4.1 4 2.7 4A2.7 3 0 0 0 2.7 10Q4.1 10 4.9 8.8"],
  d: [5.2, `${ring}M5.2 0V10`],
  e: [5.1, "M.1 6.9H5.1A2.5 2.9 0 0 0 2.6 4A2.6 3 0 0 0 2.6 10Q4.2 10 5 8.8"],
  f: [3.4, "M3.4 .3Q1.5 -.4 1.5 2V10M0 4H3.2"],
  g: [5.2, `${ring}M5.2 4V10.4Q5.2 13 2.7 13Q1 13 .3 12`],
  h: [4.8, `M0 0V10${hook}`],
  i: [0.6, "M.3 4V10M.3 1.4V1.5"],
  j: [1.6, "M1.2 4V11.2Q1.2 13 -.4 12.9M1.2 1.4V1.5"],
  k: [4.6, "M0 0V10M4.3 4L0 7.8M1.6 6.4L4.6 10"],
  l: [0.6, "M.3 0V10"],
  m: [7.6, "M0 4V10M0 6.2Q.5 4 2.1 4Q3.8 4 3.8 6.2V10M3.8 6.2Q4.3 4 5.9 4Q7.6 4 7.6 6.2V10"],
  n: [4.8, `M0 4V10${hook}`],
  o: [5.2, ring],
  p: [5.2, `M0 4V13${ring}`],
  q: [5.2, `${ring}M5.2 4V13`],
  r: [2.9, "M0 4V10M0 6.6Q.6 4 2.9 4.1"],
  s: [4.5, "M4.3 5.1Q3.7 4 2.2 4Q.3 4 .3 5.5Q.3 6.7 2.3 7Q4.5 7.3 4.5 8.5Q4.5 10 2.3 10Q.6 10 0 8.8"],
  t: [3.3, "M1.5 1.8V8.4Q1.5 10 3.2 9.9M0 4H3.1"],
  u: [4.8, "M0 4V7.6Q0 10 2.2 10Q4.2 10 4.8 7.6M4.8 4V10"],
  v: [5, "M0 4L2.5 10L5 4"],
  w: [7.6, "M0 4L1.9 10L3.8 4.4L5.7 10L7.6 4"],
  x: [4.8, "M0 4L4.8 10M4.8 4L0 10"],
  y: [5.2, "M0 4L2.6 10M5.2 4L2.3 11.3Q1.6 13 0 12.9"],
  z: [4.8, "M.2 4H4.6L0 10H4.8"],
  A: [7.2, "M0 10L3.6 0L7.2 10M1.3 6.5H5.9"],
  B: [6.2, "M0 0V10H3.4A2.75 2.7 0 0 0 3.4 4.6H0M0 0H3A2.3 2.3 0 0 1 3 4.6"],
  C: [7.2, `${open}Q6 10 7.2 7.8`],
  D: [6.8, "M0 0V10H2.4A4.4 5 0 0 0 2.4 0Z"],
  E: [5.3, "M5.3 0H0V10H5.3M0 4.8H4.6"],
  F: [5.1, "M5.1 0H0V10M0 4.8H4.4"],
  G: [7.4, `${open}Q6.3 10 7.4 8V5.4H4.5`],
  H: [6.6, "M0 0V10M6.6 0V10M0 4.8H6.6"],
  I: [0.6, "M.3 0V10"],
  J: [4, "M4 0V7Q4 10 1.9 10Q.4 10 0 8.4"],
  K: [6.2, "M0 0V10M5.9 0L0 6.2M2 4.2L6.2 10"],
  L: [5, "M0 0V10H5"],
  M: [8, "M0 10V0L4 7.4L8 0V10"],
  N: [6.6, "M0 10V0L6.6 10V0"],
  O: [8, oval],
  P: [5.9, bowl],
  Q: [8, `${oval}M5 7.4L8 10.6`],
  R: [6.2, `${bowl}M3.2 5.5L6.2 10`],
  S: [6.2, "M5.8 1.8Q5 0 3 0Q.5 0 .5 2.4Q.5 4.4 3.2 4.9Q6.2 5.4 6.2 7.5Q6.2 10 3.1 10Q.7 10 0 8"],
  T: [6.6, "M0 0H6.6M3.3 0V10"],
  U: [6.4, "M0 0V6.6Q0 10 3.2 10Q6.4 10 6.4 6.6V0"],
  V: [7, "M0 0L3.5 10L7 0"],
  W: [10, "M0 0L2.5 10L5 1.4L7.5 10L10 0"],
  X: [6.4, "M0 0L6.4 10M6.4 0L0 10"],
  Y: [6.6, "M0 0L3.3 5L6.6 0M3.3 5V10"],
  Z: [6.2, "M.2 0H6L0 10H6.2"],
  "0": [5.8, "M0 5A2.9 5 0 1 1 5.8 5A2.9 5 0 1 1 0 5"],
  "1": [3.4, "M.4 2.2L3 0V10"],
  "2": [5.6, "M.3 2.4Q.6 0 2.9 0Q5.4 0 5.4 2.6Q5.4 4.4 3.4 6.4L0 10H5.6"],
  "3": [5.6, "M.3 1.8Q1 0 2.8 0Q5.2 0 5.2 2.4Q5.2 4.7 2.4 4.7Q5.6 4.7 5.6 7.3Q5.6 10 2.7 10Q.6 10 0 8"],
  "4": [5.9, "M4.4 10V0L0 7H5.9"],
  "5": [5.6, "M5.1 0H1L.6 4.4Q1.4 3.8 2.7 3.8Q5.6 3.8 5.6 6.9Q5.6 10 2.6 10Q.6 10 0 8.4"],
  "6": [5.8, "M5.2 1.4Q4.4 0 3 0Q.2 0 .2 5.6Q.2 10 3 10Q5.8 10 5.8 6.9Q5.8 4 3.1 4Q.6 4 .2 6.6"],
  "7": [5.6, "M0 0H5.6L1.8 10"],
  "8": [
    5.8,
    "M2.9 4.6Q.5 4.4 .5 2.3Q.5 0 2.9 0Q5.3 0 5.3 2.3Q5.3 4.4 2.9 4.6Q0 4.9 0 7.3Q0 10 2.9 10Q5.8 10 5.8 7.3Q5.8 4.9 2.9 4.6",
  ],
  "9": [5.8, "M.6 8.6Q1.4 10 2.8 10Q5.6 10 5.6 4.4Q5.6 0 2.8 0Q0 0 0 3.1Q0 6 2.7 6Q5.2 6 5.6 3.4"],
  ".": [0.6, "M.3 9.8V10"],
  ",": [0.8, "M.6 9.8L0 11.8"],
  ":": [0.6, "M.3 5.2V5.4M.3 9.8V10"],
  ";": [0.8, "M.6 5.2V5.4M.6 9.8L0 11.8"],
  "!": [0.6, "M.3 0V6.8M.3 9.8V10"],
  "?": [4.6, "M0 1.8Q.6 0 2.3 0Q4.6 0 4.6 2.3Q4.6 3.6 3.3 4.6Q2.2 5.4 2.2 7M2.2 9.8V10"],
  "-": [3, "M0 6.4H3"],
  _: [5, "M0 11.4H5"],
  "+": [5, "M0 6.2H5M2.5 3.7V8.7"],
  "=": [5, "M0 4.8H5M0 7.6H5"],
  "/": [4, "M0 11L4 -.6"],
  "(": [2, "M2 -.6Q0 2 0 5.4Q0 9 2 11.6"],
  ")": [2, "M0 -.6Q2 2 2 5.4Q2 9 0 11.6"],
  "'": [0.6, "M.3 0V2.4"],
  '"': [2.6, "M.3 0V2.4M2.3 0V2.4"],
  "#": [6, "M1.8 1L1 9.6M5 1L4.2 9.6M.4 3.6H6M0 7H5.6"],
  "*": [4, "M2 0V4M.2 1L3.8 3M3.8 1L.2 3"],
  "&": [6.6, "M6.6 10L1.6 3.4Q.6 1.9 1.3 .9Q2.4 -.5 3.7 .7Q4.6 2.2 2.6 3.9Q0 5.4 0 7.4Q0 10 2.6 10Q5.2 10 6.2 6"],
  "%": [8, "M0 2.2A1.5 2.2 0 1 1 3 2.2A1.5 2.2 0 1 1 0 2.2M5 7.8A1.5 2.2 0 1 1 8 7.8A1.5 2.2 0 1 1 5 7.8M6.6 0L1.4 10"],
};

/** Letters that are none of another one with an accent. */
const spelled: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  Æ: "AE",
  ø: "o",
  Ø: "O",
  ł: "l",
  Ł: "L",
  "…": "...",
  "–": "-",
};

/** Without accents, spelled out where a letter is not among ours. */
const plain = (text: string): string[] =>
  [...text.normalize("NFD").replaceAll(/\p{Mark}/gu, "")].flatMap((letter) => [...(spelled[letter] ?? letter)]);

/** Whether all of it can be drawn. */
export const hasStrokes = (text: string): boolean => plain(text).every((letter) => letter === " " || letter in glyphs);

export interface Strokes {
  /** SVG elements, from 0 to the right, to be stroked. */
  paths: string;
  width: number;
}

/** Letters that we don't have are left out. */
export const strokesOf = (text: string): Strokes => {
  let at = 0;
  let paths = "";
  for (const letter of plain(text)) {
    const glyph = glyphs[letter];
    if (glyph) paths += `<path transform="translate(${at.toFixed(1)} 0)" d="${glyph[1]}"/>`;
    at += (glyph?.[0] ?? (letter === " " ? SPACE : 0)) + GAP;
  }
  return { paths, width: Math.max(0, at - GAP) };
};
