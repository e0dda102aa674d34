/** Small square grey pictures: looked at between their pixels, mirrored, halved. */

/** Grey values row by row. */
export interface Picture {
  values: Float32Array;
  side: number;
}

/** Bilinear, in pixels from the middle of the first one; at the borders the last two pixels go on. */
export const valueAt = ({ values, side }: Picture, x: number, y: number): number => {
  const left = x < 0 ? 0 : x >= side - 1 ? side - 2 : x | 0;
  const top = y < 0 ? 0 : y >= side - 1 ? side - 2 : y | 0;
  const [across, along] = [x - left, y - top];
  const at = top * side + left;
  const above = values[at]! + (values[at + 1]! - values[at]!) * across;
  const below = values[at + side]! + (values[at + side + 1]! - values[at + side]!) * across;
  return above + (below - above) * along;
};

export const mirrored = ({ values, side }: Picture): Picture => {
  const out = new Float32Array(values.length);
  for (let row = 0; row < values.length; row += side)
    for (let x = 0; x < side; x++) out[row + x] = values[row + side - 1 - x]!;
  return { values: out, side };
};

/** Each pixel the mean of four. */
export const halved = ({ values, side }: Picture): Picture => {
  const half = side / 2;
  const out = new Float32Array(half * half);
  for (let y = 0; y < half; y++)
    for (let x = 0; x < half; x++) {
      const at = 2 * y * side + 2 * x;
      out[y * half + x] = (values[at]! + values[at + 1]! + values[at + side]! + values[at + side + 1]!) / 4;
    }
  return { values: out, side: half };
};
