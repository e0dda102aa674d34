/** Lays pixels with transparency over white. */

/**
 * Turns RGBA into RGB in place: the result is the first three quarters of the same memory.
 * Each channel becomes floor((value * alpha + 255 * (255 - alpha)) / 255), as libvips' `flatten` rounds.
 */
export const layOverWhite = (rgba: Uint8Array): Uint8Array => {
  let to = 0;
  for (let from = 0; from < rgba.length; from += 4, to += 3) {
    const alpha = rgba[from + 3]!;
    const [red, green, blue] = [rgba[from]!, rgba[from + 1]!, rgba[from + 2]!];
    if (alpha === 255) {
      rgba[to] = red;
      rgba[to + 1] = green;
      rgba[to + 2] = blue;
    } else {
      const white = 255 * (255 - alpha);
      rgba[to] = (red * alpha + white) / 255;
      rgba[to + 1] = (green * alpha + white) / 255;
      rgba[to + 2] = (blue * alpha + white) / 255;
    }
  }
  return rgba.subarray(0, to);
};
