/**
 * Counts a JPEG's scans where a decoder would meet them: by the segments' lengths, as libjpeg's jdmarker.c reads them, so that
 * bytes in a comment that look like a marker neither add a scan nor hide those that follow.
 * Source: ITU-T T.81 (1992), annex B.
 */
import { Problem } from "../problem.ts";

/** Cameras write 10 scans, optimisers a dozen; a file of thousands is an attack. */
const MOST_SCANS = 100;

/** Each scan costs a pass over the whole photo: so many pixels in all of them, which 20 scans of 50 megapixels have. */
const MOST_SCANNED = 1_000_000_000;

/** End of image, and start of scan. */
const EOI = 0xd9;
const SOS = 0xda;

/** Markers with a segment behind them. Others a decoder skips alone: restarts, TEM, and those that no JPEG may have. */
const hasSegment = (marker: number) => marker >= 0xc0 && !(marker >= 0xd0 && marker <= 0xd9);

/** Where the next marker's code lies: behind a 0xff that is neither stuffed (0xff00) nor fill (0xffff). -1 where none is left. */
const nextMarker = (bytes: Uint8Array, from: number): number => {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1];
    if (code !== 0 && code !== 0xff) return at + 1;
  }
  return -1;
};

/**
 * @param from where the first scan's marker begins
 * @throws Problem 400 for more scans than a photo of that many pixels may have
 */
export const checkScans = (bytes: Uint8Array, from: number, pixels: number): void => {
  const most = Math.min(MOST_SCANS, Math.ceil(MOST_SCANNED / pixels));
  let scans = 0;
  for (let code = nextMarker(bytes, from); code >= 0 && bytes[code] !== EOI; ) {
    const marker = bytes[code]!;
    if (marker === SOS && ++scans > most)
      throw new Problem(400, `the JPEG has more than ${most} scans; export it again as an ordinary JPEG`);
    // a length counts its own two bytes, and libjpeg takes those also where it says less
    const length = hasSegment(marker) ? Math.max(2, ((bytes[code + 1] ?? 0) << 8) | (bytes[code + 2] ?? 0)) : 0;
    code = nextMarker(bytes, code + 1 + length);
  }
};
