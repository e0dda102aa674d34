/**
 * Finds the orientation in a block of EXIF, as JPEG's APP1, PNG's eXIf and WebP's EXIF chunk carry it.
 * Broken EXIF is common and harmless, so whatever cannot be read counts as upright.
 */
import { isOrientation, type Orientation } from "./orientation.ts";

const ORIENTATION_TAG = 0x0112;
const SHORT = 3;

/** @param block starts with TIFF's byte order, `II` or `MM`, or with `Exif\0\0` before it */
export const exifOrientation = (block: Uint8Array): Orientation => {
  const prefixed = block[0] === 0x45 && block[1] === 0x78 && block[2] === 0x69 && block[3] === 0x66;
  const tiff = prefixed ? block.subarray(6) : block;
  if (tiff.length < 8) return 1;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const little = view.getUint16(0) === 0x4949;
  if (!little && view.getUint16(0) !== 0x4d4d) return 1;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0, at = directory + 2; i < entries && at + 12 <= tiff.length; i++, at += 12) {
    if (view.getUint16(at, little) !== ORIENTATION_TAG) continue;
    const value = view.getUint16(at + 2, little) === SHORT ? view.getUint16(at + 8, little) : 1;
    return isOrientation(value) ? value : 1;
  }
  return 1;
};
