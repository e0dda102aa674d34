/** Garbage where profiles, EXIF and XMP stand: nested, endless, in wrong numbers, or whole photos inside photos. */
import { deflateSync } from "node:zlib";
import type { Dice } from "../lean/dice.ts";
import { containerOf, insert, pngChunk, riffChunk, segment } from "./chunks.ts";
import type { Mutation } from "./damage.ts";

/** A TIFF structure whose directories may point at themselves, at each other, or past the end. */
const tiff = (dice: Dice): Buffer => {
  const little = dice.chance(0.5);
  const entries = dice.oneOf([0, 1, 2, 12, 200, 65_535]);
  const bytes = Buffer.alloc(8 + dice.between(0, 600));
  bytes.write(little ? "II*\0" : "MM\0*", "latin1");
  const put16 = (value: number, at: number) =>
    little ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const put32 = (value: number, at: number) =>
    little ? bytes.writeUInt32LE(value >>> 0, at) : bytes.writeUInt32BE(value >>> 0, at);
  put32(dice.oneOf([8, 0, 4, bytes.length, 2 ** 32 - 1]), 4);
  if (bytes.length >= 10) put16(entries, 8);
  for (let at = 10; at + 12 <= bytes.length; at += 12) {
    // orientation, a directory inside, a maker's own, a thumbnail's place
    put16(dice.oneOf([0x0112, 0x8769, 0x927c, 0x0201, 0x014a]), at);
    put16(dice.between(0, 14), at + 2);
    put32(dice.oneOf([0, 1, 2, 2 ** 16, 2 ** 32 - 1]), at + 4);
    put32(dice.oneOf([0, 1, 6, 8, 9, bytes.length, 2 ** 32 - 1]), at + 8);
  }
  return bytes;
};

const xmp = (dice: Dice): Buffer =>
  Buffer.from(
    dice.oneOf([
      "<x:xmpmeta>".repeat(dice.between(1, 4000)),
      `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "${"&a;".repeat(500)}">]><x>${"&b;".repeat(500)}</x>`,
      `<?xpacket begin="\0\0\0"?>${"\u{10ffff}".repeat(dice.between(0, 3000))}`,
    ]),
  );

const latin = (text: string): Buffer => Buffer.from(text, "latin1");

const inJpeg = (photo: Buffer, dice: Dice, others: readonly Buffer[]): Buffer => {
  const exif = (content: Uint8Array) => segment(0xe1, Buffer.concat([latin("Exif\0\0"), content]));
  const profile = (number: number, of: number, content: Uint8Array) =>
    segment(0xe2, Buffer.concat([latin("ICC_PROFILE\0"), Buffer.from([number, of]), content]));
  const parts = dice.oneOf([
    () => [exif(tiff(dice))],
    () => Array.from({ length: dice.oneOf([2, 50, 2000]) }, () => exif(tiff(dice))),
    // a photo as the thumbnail, in it another
    () => [exif(insert(photo, exif(photo.subarray(0, 20_000))).subarray(0, 60_000))],
    () =>
      Array.from({ length: dice.between(1, 255) }, (_, i) =>
        profile(dice.chance(0.8) ? i + 1 : 255, dice.between(0, 255), Buffer.alloc(99, i)),
      ),
    () => [profile(1, 1, insert(dice.oneOf(others), profile(1, 1, Buffer.alloc(500))).subarray(0, 60_000))],
    () => [segment(0xe1, Buffer.concat([latin("http://ns.adobe.com/xap/1.0/\0"), xmp(dice)]).subarray(0, 65_533))],
    () => [
      segment(
        0xe1,
        Buffer.concat([latin("http://ns.adobe.com/xmp/extension/\0"), Buffer.alloc(40, 255), xmp(dice)]).subarray(
          0,
          65_533,
        ),
      ),
    ],
    () => [segment(0xee, Buffer.concat([latin("Adobe"), Buffer.alloc(7, dice.between(0, 255))]))],
    () => [segment(0xed, Buffer.concat([latin("Photoshop 3.0\x008BIM"), Buffer.alloc(dice.between(0, 400), 255)]))],
    () => [segment(0xfe, Buffer.alloc(dice.between(0, 65_533), dice.between(0, 255)), dice.between(0, 65_535))],
  ])();
  return insert(photo, ...parts);
};

const inPng = (photo: Buffer, dice: Dice): Buffer => {
  const named = (content: Uint8Array) => Buffer.concat([latin("name\0\0"), content]);
  const parts = dice.oneOf([
    () => [pngChunk("eXIf", tiff(dice))],
    () => Array.from({ length: dice.oneOf([2, 50, 2000]) }, () => pngChunk("eXIf", tiff(dice))),
    () => [pngChunk("iCCP", named(deflateSync(Buffer.alloc(dice.oneOf([0, 3000, 30_000_000])))))],
    () => [pngChunk("iCCP", named(deflateSync(deflateSync(photo))))],
    () => [pngChunk("zTXt", named(deflateSync(Buffer.alloc(dice.oneOf([10, 10_000_000])))))],
    () => [pngChunk("iTXt", Buffer.concat([latin("XML:com.adobe.xmp\0\0\0\0\0"), xmp(dice)]))],
    () => Array.from({ length: dice.oneOf([10, 5000]) }, () => pngChunk("tEXt", named(Buffer.alloc(9)))),
  ])();
  return insert(photo, ...parts);
};

const inWebp = (photo: Buffer, dice: Dice): Buffer => {
  const canvas = Buffer.alloc(10);
  canvas.writeUInt8(0x2c, 0);
  canvas.writeUIntLE(119, 4, 3);
  canvas.writeUIntLE(89, 7, 3);
  const parts = dice.oneOf([
    () => [riffChunk("EXIF", tiff(dice))],
    () => [riffChunk("EXIF", Buffer.concat([latin("Exif\0\0"), tiff(dice)]))],
    () => [riffChunk("ICCP", photo)],
    () => Array.from({ length: dice.oneOf([3, 5000]) }, () => riffChunk("XMP ", xmp(dice).subarray(0, 99))),
    () => Array.from({ length: dice.oneOf([3, 20_000]) }, () => riffChunk("XXXX", Buffer.alloc(0))),
  ])();
  return insert(photo, riffChunk("VP8X", canvas), ...parts);
};

export const garbleMetadata: Mutation = (photo, dice, others) =>
  ({ jpeg: inJpeg, png: inPng, webp: inWebp })[containerOf(photo)](photo, dice, others);
