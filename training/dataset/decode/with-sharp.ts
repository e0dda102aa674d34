/** AVIF and TIFF, decoded by sharp: upright, without their colour profile, over white. */
import sharp from "sharp";
import type { Limits } from "../../../shared/pixels/limits.ts";
import type { Pixels } from "../../../shared/pixels/pixels.ts";
import { Problem } from "../../../shared/problem.ts";
import { checkSize } from "./check-size.ts";

/** Up to four channels of 16 bits, what libvips keeps beside them, and RGB. */
const bytesPerPixel = 8 + 4 + 3;

/** @throws Problem 400 when it is damaged, 422 when it is too large */
export const decodeWithSharp = async (photo: Uint8Array, format: string, limits: Limits): Promise<Pixels> => {
  try {
    const image = sharp(photo, { limitInputPixels: false, failOn: "error", ignoreIcc: true });
    const { width, height } = await image.metadata();
    checkSize(format, width, height, photo.length, bytesPerPixel, limits);
    const { data, info } = await image
      .autoOrient()
      .flatten({ background: "#ffffff" })
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.length), width: info.width, height: info.height };
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem(400, `the ${format} is damaged or cut off; export it again`, { cause });
  }
};
