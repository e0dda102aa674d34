/** What a stripped photo is put together from: names of chunks, and the one thing of EXIF that it cannot do without. */
import type { Orientation } from "../../shared/pixels/orientation.ts";

export const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** TIFF with one directory of one entry: the orientation, tag 0x0112, a SHORT. Source: TIFF 6.0, section 2. */
export const orientationBlock = (orientation: Orientation): Uint8Array =>
  new Uint8Array([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]);
