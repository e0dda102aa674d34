/**
 * Reads a JPEG's markers up to its pixels.
 * Source: ITU-T T.81 (1992), annex B; Adobe's APP14 marker: Adobe technical note 5116.
 */
import { Problem } from "../problem.ts";
import type { ByteReader } from "./bytes.ts";
import { exifOrientation } from "./exif.ts";
import type { JpegHeader } from "./header.ts";
import { checkScans } from "./jpeg-scans.ts";
import type { Orientation } from "./orientation.ts";

const damaged = (what: string): Problem =>
  new Problem(400, `the JPEG is damaged: ${what}; open it in a photo program and export it again`);

const refused = (what: string): Problem =>
  new Problem(415, `the JPEG is ${what}, which we don't read; export it as an ordinary 8-bit JPEG, PNG or WebP`);

/** What a frame header's marker (SOF0 to SOF15) stands for, where it is not an ordinary JPEG. */
const refusedFrames: Record<number, string> = {
  195: "lossless",
  197: "hierarchical",
  198: "hierarchical",
  199: "hierarchical",
  201: "arithmetic-coded",
  202: "arithmetic-coded",
  203: "arithmetic-coded",
  205: "arithmetic-coded",
  206: "arithmetic-coded",
  207: "arithmetic-coded",
};

const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
const standsAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);

type Frame = Pick<JpegHeader, "width" | "height" | "sampling" | "progressive">;

const readFrame = (reader: ByteReader, marker: number, at: number): Frame => {
  const refusal = refusedFrames[marker];
  if (refusal) throw refused(refusal);
  const precision = reader.byte(at + 4);
  if (precision !== 8) throw refused(`stored at ${precision} bits per sample`);
  const height = reader.big16(at + 5);
  const width = reader.big16(at + 7);
  if (width === 0 || height === 0) throw damaged(`its header says ${width} x ${height} pixels`);
  const components = reader.byte(at + 9);
  if (components !== 1 && components !== 3 && components !== 4) throw refused(`made of ${components} components`);
  const sampling = Array.from({ length: components }, (_, i) => {
    const factors = reader.byte(at + 11 + i * 3);
    return { horizontal: factors >> 4, vertical: factors & 15 };
  });
  if (sampling.some(({ horizontal: h, vertical: v }) => h < 1 || h > 4 || v < 1 || v > 4))
    throw damaged("its sampling factors are not between 1 and 4");
  return { width, height, sampling, progressive: marker === 0xc2 };
};

/** Next marker at or after `at`, past fill bytes. */
const markerAt = (reader: ByteReader, at: number): { marker: number; at: number } => {
  if (reader.byte(at) !== 0xff) throw damaged(`a marker is missing at byte ${at}`);
  let position = at;
  while (reader.byte(position + 1) === 0xff) position++;
  return { marker: reader.byte(position + 1), at: position };
};

export const readJpegHeader = (reader: ByteReader): JpegHeader => {
  let frame: Frame | undefined;
  let orientation: Orientation | undefined;
  let adobe = false;
  for (let position = 2; ; ) {
    const { marker, at } = markerAt(reader, position);
    if (standsAlone(marker)) {
      position = at + 2;
      continue;
    }
    if (marker === 0xd9 || marker === 0xd8) throw damaged("it holds no pixels");
    const length = reader.big16(at + 2);
    if (length < 2) throw damaged(`the segment at byte ${at} has length ${length}`);
    position = at + 2 + length;
    reader.need(position);
    if (isFrame(marker)) {
      if (frame) throw damaged("it has two frame headers");
      frame = readFrame(reader, marker, at);
    } else if (marker === 0xe1 && orientation === undefined && reader.text(at + 4, 6) === "Exif\0\0")
      orientation = exifOrientation(reader.bytes.subarray(at + 4, position));
    else if (marker === 0xee && length >= 14 && reader.text(at + 4, 5) === "Adobe") adobe = true;
    else if (marker === 0xda) {
      if (!frame) throw damaged("its pixels come before its dimensions");
      checkScans(reader.bytes, at, frame.width * frame.height);
      const multipleScans = frame.progressive || reader.byte(at + 4) < frame.sampling.length;
      return { format: "jpeg", ...frame, multipleScans, adobe, orientation: orientation ?? 1 };
    }
  }
};
