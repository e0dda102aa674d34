/** Reads a WebP's first chunks. Sources: WebP container specification; RFC 6386 section 9.1 (VP8); WebP lossless bitstream. */
import { Problem } from "../problem.ts";
import type { ByteReader } from "./bytes.ts";
import { exifOrientation } from "./exif.ts";
import type { WebpHeader } from "./header.ts";
import type { Orientation } from "./orientation.ts";

const ANIMATION = 0x02;
const EXIF = 0x08;
const ALPHA = 0x10;

const damaged = (what: string): Problem =>
  new Problem(400, `the WebP is damaged: ${what}; open it in a photo program and export it again`);

type Frame = Pick<WebpHeader, "width" | "height" | "lossless" | "alpha">;

/** The dimensions in the pixels' own chunk, `VP8 ` (lossy) or `VP8L`, whose content starts at `at`. */
const readFrame = (reader: ByteReader, type: string, at: number): Frame => {
  if (type === "VP8 ") {
    if (reader.big16(at + 3) !== 0x9d01 || reader.byte(at + 5) !== 0x2a)
      throw damaged("its VP8 frame has no start code");
    const [width, height] = [reader.little16(at + 6) & 0x3fff, reader.little16(at + 8) & 0x3fff];
    if (width === 0 || height === 0) throw damaged(`its header says ${width} x ${height} pixels`);
    return { width, height, lossless: false, alpha: false };
  }
  if (reader.byte(at) !== 0x2f) throw damaged("its VP8L image has no signature");
  const packed = reader.little32(at + 1);
  return {
    width: (packed & 0x3fff) + 1,
    height: ((packed >>> 14) & 0x3fff) + 1,
    lossless: true,
    alpha: (packed & 0x10000000) !== 0,
  };
};

/** Where the content of the first chunk whose type is one of `types` lies. */
const findChunk = (
  reader: ByteReader,
  types: readonly string[],
): { type: string; at: number; end: number } | undefined => {
  for (let at = 12; at + 8 <= reader.length; ) {
    const type = reader.text(at, 4);
    const length = reader.little32(at + 4);
    if (types.includes(type)) return { type, at: at + 8, end: at + 8 + length };
    at += 8 + length + (length & 1);
  }
  return undefined;
};

const findOrientation = (reader: ByteReader): Orientation => {
  const exif = findChunk(reader, ["EXIF"]);
  return exif ? exifOrientation(reader.bytes.subarray(exif.at, exif.end)) : 1;
};

export const readWebpHeader = (reader: ByteReader): WebpHeader => {
  reader.need(20);
  const extended = reader.text(12, 4) === "VP8X";
  const flags = extended ? reader.byte(20) : 0;
  if (flags & ANIMATION)
    throw new Problem(
      415,
      "the WebP is animated, which we don't read; send one of its frames as a JPEG, PNG or still WebP",
    );
  const chunk = findChunk(reader, ["VP8 ", "VP8L"]);
  if (!chunk) throw damaged("it holds no pixels");
  const frame = readFrame(reader, chunk.type, chunk.at);
  if (extended) {
    const [width, height] = [reader.little24(24) + 1, reader.little24(27) + 1];
    if (width !== frame.width || height !== frame.height)
      throw damaged(`its header says ${width} x ${height} pixels and its image ${frame.width} x ${frame.height}`);
  }
  const orientation = flags & EXIF ? findOrientation(reader) : 1;
  return { format: "webp", ...frame, alpha: frame.alpha || (flags & ALPHA) !== 0, orientation };
};
