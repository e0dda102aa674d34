/** From ink to light: the four components of a CMYK or YCCK JPEG. */

/**
 * Turns CMYK into RGB in place: the result is the first three quarters of the same memory. Each channel is
 * round(light of the ink * light of black / 255), as Pillow converts; no press's profile is applied.
 *
 * @param inverted Adobe's way, 0 for full ink; otherwise 255 is full ink
 */
export const cmykToRgb = (cmyk: Uint8Array, inverted: boolean): Uint8Array => {
  const flip = inverted ? 0 : 255;
  let to = 0;
  for (let from = 0; from < cmyk.length; from += 4) {
    const black = cmyk[from + 3]! ^ flip;
    for (let ink = 0; ink < 3; ink++) cmyk[to++] = ((cmyk[from + ink]! ^ flip) * black + 127) / 255;
  }
  return cmyk.subarray(0, to);
};
