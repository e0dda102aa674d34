/** The lowest frequencies of a small square picture: its discrete cosine transform (DCT-II), cut to a corner. */

/** Frequencies kept in each direction. */
export const FREQUENCIES = 8;

/** cos((2x + 1) u pi / 2N), with the first halved in power so that the rows are orthogonal. */
const basisOf = (side: number): Float32Array[] =>
  Array.from({ length: FREQUENCIES }, (_, u) =>
    Float32Array.from(
      { length: side },
      (_, x) => Math.cos(((2 * x + 1) * u * Math.PI) / (2 * side)) * (u === 0 ? Math.SQRT1_2 : 1),
    ),
  );

const bases = new Map<number, Float32Array[]>();

const basis = (side: number): Float32Array[] => {
  const known = bases.get(side) ?? basisOf(side);
  bases.set(side, known);
  return known;
};

/**
 * @param picture `side * side` grey values, row by row
 * @returns FREQUENCIES x FREQUENCIES coefficients, row by row (vertical frequency first)
 */
export const lowFrequencies = (picture: Float32Array, side: number): Float32Array => {
  const waves = basis(side);
  const rows = new Float32Array(side * FREQUENCIES);
  for (let y = 0; y < side; y++)
    for (let u = 0; u < FREQUENCIES; u++) {
      const wave = waves[u]!;
      let sum = 0;
      for (let x = 0; x < side; x++) sum += wave[x]! * picture[y * side + x]!;
      rows[y * FREQUENCIES + u] = sum;
    }
  const out = new Float32Array(FREQUENCIES * FREQUENCIES);
  for (let v = 0; v < FREQUENCIES; v++) {
    const wave = waves[v]!;
    for (let u = 0; u < FREQUENCIES; u++) {
      let sum = 0;
      for (let y = 0; y < side; y++) sum += wave[y]! * rows[y * FREQUENCIES + u]!;
      out[v * FREQUENCIES + u] = sum;
    }
  }
  return out;
};
