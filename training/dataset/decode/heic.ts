/** HEIC, as iPhones write it, decoded by libheif. */
import { layOverWhite } from "../../../shared/pixels/alpha.ts";
import type { Limits } from "../../../shared/pixels/limits.ts";
import type { Pixels } from "../../../shared/pixels/pixels.ts";
import { Problem } from "../../../shared/problem.ts";
import { checkSize } from "./check-size.ts";
import type { HeicDecoder } from "./heic-decoder.ts";

/** RGBA in libheif, and RGBA copied from there. */
const bytesPerPixel = 4 + 4;

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
    return { data: layOverWhite(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)), width, height };
  } finally {
    images.dispose();
  }
};
