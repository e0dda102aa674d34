/** Small files that ask for much: as many pixels as are allowed or more, scans without end, megabytes out of nothing. */
import { constants, deflateSync } from "node:zlib";
import sharp from "sharp";
import { pngChunk, segment } from "./chunks.ts";

const flat = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: "navy" } });

const pngHeader = (width: number, height: number, depth: number, colourType: number, interlace = 0): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, interlace], 8);
  return pngChunk("IHDR", header);
};

/** Rows of zeros: a thousandth of its pixels' bytes. */
const pngOf = (header: Buffer, inflated: number): Buffer =>
  Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    header,
    pngChunk("IDAT", deflateSync(Buffer.alloc(inflated), { level: constants.Z_BEST_COMPRESSION })),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);

/** The same scan over all pixels, as often as is let through, each time behind `between`. */
const scansOf = (progressive: Buffer, times: number, between: Uint8Array = Buffer.alloc(0)): Buffer => {
  const scan = progressive.lastIndexOf(Buffer.from([0xff, 0xda]));
  const tail = Buffer.concat([between, progressive.subarray(scan, progressive.length - 2)]);
  return Buffer.concat([
    progressive.subarray(0, scan),
    ...Array.from({ length: times }, () => tail),
    Buffer.from([0xff, 0xd9]),
  ]);
};

const manyTables = (jpeg: Buffer): Buffer => {
  const table = segment(0xdb, Buffer.concat([Buffer.of(0), Buffer.alloc(64, 1)]));
  return Buffer.concat([jpeg.subarray(0, 2), ...Array.from({ length: 16_000 }, () => table), jpeg.subarray(2)]);
};

const progressive = (side: number) => flat(side, side).jpeg({ progressive: true }).toBuffer();

/** Made when they are asked for: each takes a moment. */
export const bombs: readonly (() => Buffer | Promise<Buffer>)[] = [
  // scans without end, as many as are let through, and more
  async () => scansOf(await progressive(3000), 5000),
  async () => scansOf(await progressive(3000), 88),
  async () => scansOf(await progressive(7000), 88),
  // the same behind comments in which the image seems to end
  async () => scansOf(await progressive(4000), 150, segment(0xfe, Buffer.of(0xff, 0xd9))),
  // larger than is allowed
  () => pngOf(pngHeader(50_000, 50_000, 1, 0), 1000),
  () => pngOf(pngHeader(2 ** 31 - 1, 2 ** 31 - 1, 16, 6), 1000),
  () => flat(8000, 8000).png({ compressionLevel: 9 }).toBuffer(),
  // more pixels than the header says, and fewer
  () => pngOf(pngHeader(10, 10, 8, 2), 100_000_000),
  () => pngOf(pngHeader(7000, 7000, 8, 2), 10),
  () => pngOf(pngHeader(7000, 7000, 16, 6), 7000 * 10),
  // a megabyte of tables before anything
  async () => manyTables(await progressive(3000)),
  // as large as is allowed
  () => flat(7000, 7100).jpeg().toBuffer(),
  () => progressive(7000),
  () => pngOf(pngHeader(7000, 7100, 8, 2), 7100 * (7000 * 3 + 1)),
  () => pngOf(pngHeader(7000, 7100, 1, 0), 7100 * (875 + 1)),
  () => flat(7000, 7100).webp({ lossless: true, effort: 0 }).toBuffer(),
  () => flat(7000, 7100).webp({ effort: 0 }).toBuffer(),
];
