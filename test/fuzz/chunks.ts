/** Writes the containers' smallest parts, with right lengths and checksums unless a lie is asked for. */
import { crc32 } from "node:zlib";

const big32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

/** A JPEG segment. @param length what it claims; by default the truth, as far as 16 bits can tell */
export const segment = (marker: number, content: Uint8Array, length = content.length + 2): Buffer =>
  Buffer.concat([Buffer.from([0xff, marker, (length >> 8) & 255, length & 255]), content]);

/** A PNG chunk. @param length what it claims */
export const pngChunk = (type: string, content: Uint8Array, length = content.length): Buffer => {
  const checked = Buffer.concat([Buffer.from(type, "latin1"), content]);
  return Buffer.concat([big32(length), checked, big32(crc32(checked))]);
};

/** A WebP chunk. @param length what it claims */
export const riffChunk = (type: string, content: Uint8Array, length = content.length): Buffer => {
  const head = Buffer.alloc(8);
  head.write(type, "latin1");
  head.writeUInt32LE(length >>> 0, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length & 1)]);
};

/** A WebP file of chunks. @param length what its header claims */
export const riff = (
  chunks: readonly Uint8Array[],
  length = 4 + chunks.reduce((sum, c) => sum + c.length, 0),
): Buffer => {
  const head = Buffer.from("RIFF\0\0\0\0WEBP", "latin1");
  head.writeUInt32LE(length >>> 0, 4);
  return Buffer.concat([head, ...chunks]);
};

export type Container = "jpeg" | "png" | "webp";

export const containerOf = (photo: Uint8Array): Container =>
  photo[0] === 0xff ? "jpeg" : photo[0] === 0x89 ? "png" : "webp";

/** Puts parts in where a format's metadata begin: after SOI, IHDR, or the first chunk's place. */
export const insert = (photo: Buffer, ...parts: readonly Uint8Array[]): Buffer => {
  const at = { jpeg: 2, png: 33, webp: 12 }[containerOf(photo)];
  return Buffer.concat([photo.subarray(0, at), ...parts, photo.subarray(at)]);
};
