/** A JPEG without what is said about it: no EXIF, XMP, ICC, comment or thumbnail, and nothing after its end. */

import { concatenate } from "../../shared/concatenate.ts";
import type { Orientation } from "../../shared/pixels/orientation.ts";
import { Problem } from "../../shared/problem.ts";
import { ascii, orientationBlock } from "./parts.ts";

const APP0 = 0xe0;
const SOS = 0xda;
const EOI = 0xd9;

/** JFIF's APP0 and Adobe's marker (APP14) say how the numbers are meant; other APPs and comments are only about them. */
const isAbout = (marker: number): boolean => (marker >= 0xe0 && marker <= 0xef && marker !== 0xee) || marker === 0xfe;

/** The same without its thumbnail. Source: ITU-T T.871, section 10.1. */
const plainJfif = (segment: Uint8Array): Uint8Array =>
  concatenate([new Uint8Array([0xff, APP0, 0, 16]), segment.subarray(4, 16), new Uint8Array(2)]);

const isJfif = (segment: Uint8Array): boolean =>
  segment.length >= 18 && ascii("JFIF\0").every((byte, index) => segment[4 + index] === byte);

const standsAlone = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

const exifSegment = (orientation: Orientation): Uint8Array => {
  const content = concatenate([ascii("Exif\0\0"), orientationBlock(orientation)]);
  return concatenate([new Uint8Array([0xff, 0xe1, 0, content.length + 2]), content]);
};

/** Where the coded pixels from `at` on end: at the next marker that is no restart. */
const endOfScan = (photo: Uint8Array, at: number): number => {
  for (let next = photo.indexOf(0xff, at); next >= 0; next = photo.indexOf(0xff, next + 1)) {
    const marker = photo[next + 1];
    if (marker !== undefined && marker !== 0 && marker !== 0xff && !(marker >= 0xd0 && marker <= 0xd7)) return next;
  }
  return photo.length;
};

/**
 * @param photo that was sniffed as a JPEG
 * @throws Problem 400 when it breaks off between markers
 */
export const stripJpeg = (photo: Uint8Array, orientation: Orientation): Uint8Array<ArrayBuffer> => {
  const pieces: Uint8Array[] = [photo.subarray(0, 2)];
  if (orientation !== 1) pieces.push(exifSegment(orientation));
  for (let at = 2; at + 1 < photo.length; ) {
    if (photo[at] !== 0xff) throw new Problem(400, `the JPEG is damaged: a marker is missing at byte ${at}`);
    const marker = photo[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === EOI) break;
    const length = standsAlone(marker) ? 0 : (photo[at + 2]! << 8) | photo[at + 3]!;
    const end = marker === SOS ? endOfScan(photo, at + 2 + length) : at + 2 + length;
    const segment = photo.subarray(at, end);
    if (marker === APP0 && isJfif(segment)) pieces.push(plainJfif(segment));
    else if (!isAbout(marker)) pieces.push(segment);
    at = end;
  }
  pieces.push(new Uint8Array([0xff, EOI]));
  return concatenate(pieces);
};
