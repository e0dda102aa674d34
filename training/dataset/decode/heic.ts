/** HEIC, as iPhones write it, decoded by libheif. */

import type { Limits } from "../../../shared/pixels/limits.ts";
import type { Pixels } from "../../../shared/pixels/pixels.ts";
import { Problem } from "../../../shared/problem.ts";
import { checkSize } from "./check-size.ts";
import type { HeicDecoder } from "./heic-decoder.ts";

/** RGBA in libheif, RGBA copied from there, and RGB. */
const bytesPerPixel = 4 + 4 + 3;

/** @throws Problem 400 when it is damaged, 422 when it is too large */
export const decodeHeic = async (photo: Uint8Array, decoder: HeicDecoder, limits: Limits): Promise<Pixels> => {
  const images = await decoder.all({ buffer: photo }).catch((cause: unknown) => {
    throw new Problem(400, "the HEIC is damaged or cut off; fetch it again from the phone", { cause });
  });
  try {
    const [first] = images;
    if (!first) throw new Problem(400, "the HEIC holds no picture; fetch it again from the phone");
    const { width, height } = first;
    checkSize("HEIC", width, height, photo.length, bytesPerPixel, limits);
    const { data } = await first.decode().catch((cause: unknown) => {
      throw new Problem(400, "the HEIC is damaged or cut off; fetch it again from the phone", { cause });
    });
    return { data: overWhite(data, width * height), width, height };
  } finally {
    images.dispose();
  }
};

const overWhite = (rgba: Uint8ClampedArray, pixels: number): Uint8Array => {
  const rgb = new Uint8Array(pixels * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4) {
    const alpha = rgba[from + 3]!;
    for (let channel = 0; channel < 3; channel++)
      rgb[to++] = Math.round((rgba[from + channel]! * alpha + 255 * (255 - alpha)) / 255);
  }
  return rgb;
};
