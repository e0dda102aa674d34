/** Reads a PNG's IHDR and walks its chunks for an orientation. Source: W3C PNG, third edition, sections 5 and 11. */
import { Problem } from "../problem.ts";
import type { ByteReader } from "./bytes.ts";
import { exifOrientation } from "./exif.ts";
import type { PngHeader } from "./header.ts";
import type { Orientation } from "./orientation.ts";

/** Bit depths that each colour type may have. */
const depths: Record<number, readonly number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

const damaged = (what: string): Problem =>
  new Problem(400, `the PNG is damaged: ${what}; open it in a photo program and export it again`);

/** The chunks that count besides IHDR; a file that ends early is left for the decoder to refuse. */
const readChunks = (reader: ByteReader): { orientation: Orientation; transparent: boolean } => {
  const found: { orientation: Orientation; transparent: boolean } = { orientation: 1, transparent: false };
  let pixelsBegun = false;
  for (let at = 8; at + 12 <= reader.length; ) {
    const length = reader.big32(at);
    const type = reader.text(at + 4, 4);
    if (type === "IDAT") pixelsBegun = true;
    // transparency that comes after the pixels is none
    if (type === "tRNS" && !pixelsBegun) found.transparent = true;
    if (type === "eXIf") found.orientation = exifOrientation(reader.bytes.subarray(at + 8, at + 8 + length));
    if (type === "IEND") break;
    at += 12 + length;
  }
  return found;
};

export const readPngHeader = (reader: ByteReader): PngHeader => {
  reader.need(33);
  if (reader.big32(8) !== 13 || reader.text(12, 4) !== "IHDR") throw damaged("it does not start with its header, IHDR");
  const [width, height] = [reader.big32(16), reader.big32(20)];
  if (width === 0 || height === 0) throw damaged(`its header says ${width} x ${height} pixels`);
  const [bitDepth, colourType, interlace] = [reader.byte(24), reader.byte(25), reader.byte(28)];
  if (!depths[colourType]?.includes(bitDepth))
    throw damaged(`its header says colour type ${colourType} at ${bitDepth} bits, which no PNG has`);
  if (interlace > 1) throw damaged(`its header says interlace method ${interlace}, which no PNG has`);
  const { orientation, transparent } = readChunks(reader);
  const transparency = transparent || colourType >= 4;
  return { format: "png", width, height, orientation, bitDepth, colourType, interlaced: interlace === 1, transparency };
};
