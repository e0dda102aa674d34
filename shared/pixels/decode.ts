/** From a photo's bytes to its pixels, refusing what is not a photo or would cost too much. */
import { Problem } from "../problem.ts";
import type { Codecs } from "./codecs.ts";
import { type DctScale, dctScale } from "./dct-scale.ts";
import { formatNames, type Header } from "./header.ts";
import { decodeJpeg } from "./jpeg.ts";
import { checkBytes, checkHeader, type Limits } from "./limits.ts";
import type { Orientation } from "./orientation.ts";
import type { InputSpec, Pixels } from "./pixels.ts";
import { decodePng } from "./png.ts";
import { sniff } from "./sniff.ts";
import { decodeWebp } from "./webp.ts";

/** A photo as it is stored: perhaps scaled down, perhaps on its side. */
export interface Decoded {
  /** May be a view of the decoder's memory, so keep it no longer than needed. */
  pixels: Pixels;
  /** The stored photo is this many times larger than `pixels`, which round up. */
  scale: DctScale;
  /** How `pixels` become upright. */
  orientation: Orientation;
  /** Of the upright photo at full size. */
  width: number;
  height: number;
  format: Header["format"];
}

const decodeAs = (header: Header, photo: Uint8Array, scale: DctScale, codecs: Codecs, limits: Limits): Pixels => {
  switch (header.format) {
    case "jpeg":
      return decodeJpeg(codecs.jpeg, photo, header, scale);
    case "png":
      return decodePng(codecs.png, photo);
    case "webp":
      return decodeWebp(codecs.webp, photo, limits.memory - photo.length);
  }
};

/**
 * Embedded colour profiles are ignored; alpha is laid over white.
 *
 * @param input decides how small a JPEG may be decoded
 * @throws Problem 400 (not an image, damaged, cut off), 413, 415, 422, or 503 when there is no memory just now
 */
export const decodePhoto = async (
  photo: Uint8Array,
  input: InputSpec,
  codecs: Codecs,
  limits: Limits,
): Promise<Decoded> => {
  checkBytes(photo.length, limits);
  const header = sniff(photo);
  checkHeader(header, photo.length, input, limits);
  const scale = dctScale(header, input);
  let pixels: Pixels;
  try {
    pixels = decodeAs(header, photo, scale, codecs, limits);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    const name = formatNames[header.format];
    throw new Problem(400, `the ${name} is damaged or cut off; send the whole file, or export it again`, { cause });
  }
  const { format, orientation } = header;
  const turned = orientation >= 5;
  return {
    pixels,
    scale,
    orientation,
    width: turned ? header.height : header.width,
    height: turned ? header.width : header.height,
    format,
  };
};
