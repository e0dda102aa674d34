/** Headers that say what is not so, in containers that are otherwise sound: dimensions, depths, lengths, tables. */
import type { Dice } from "../lean/dice.ts";
import { containerOf, pngChunk, riff, riffChunk } from "./chunks.ts";
import type { Mutation } from "./damage.ts";

const sides = [0, 1, 2, 7, 8, 9, 119, 121, 255, 256, 4096, 7000, 16_383, 16_384, 65_535] as const;

/** Where a JPEG's frame header begins. */
const frameOf = (photo: Buffer): number => {
  for (const marker of [0xc0, 0xc2, 0xc1]) {
    const at = photo.indexOf(Buffer.from([0xff, marker]));
    if (at >= 0) return at;
  }
  return 0;
};

const lieInJpeg: Mutation = (photo, dice) => {
  const lying = Buffer.from(photo);
  const frame = frameOf(lying);
  const put = (at: number, value: number) => at < lying.length && lying.writeUInt8(value & 255, at);
  dice.oneOf([
    () => {
      lying.writeUInt16BE(dice.oneOf(sides), frame + 5);
      if (dice.chance(0.5)) lying.writeUInt16BE(dice.oneOf(sides), frame + 7);
    },
    // sampling factors, then which table a component is quantized by
    () => put(frame + 11 + 3 * dice.between(0, 3), dice.between(0, 255)),
    () => put(frame + 12 + 3 * dice.between(0, 3), dice.between(0, 255)),
    () => put(frame + 9, dice.between(0, 5)),
    () => put(frame + 1, 0xc0 + dice.between(0, 15)),
    () => put(frame + 4, dice.oneOf([1, 2, 12, 16])),
    // a table or a scan: its length, its class, its counts
    () => {
      const at = photo.indexOf(Buffer.from([0xff, dice.oneOf([0xc4, 0xdb, 0xda, 0xdd])]));
      if (at >= 0) put(at + dice.between(2, 22), dice.between(0, 255));
    },
  ])();
  return lying;
};

/** The header's checksum stays right, so that the lie is believed. */
const lieInPng: Mutation = (photo, dice) => {
  const header = Buffer.from(photo.subarray(16, 29));
  dice.oneOf([
    () => header.writeUInt32BE(dice.oneOf([...sides, 2 ** 31 - 1, 2 ** 32 - 1]), 4 * dice.between(0, 1)),
    () => header.writeUInt8(dice.oneOf([0, 1, 2, 3, 4, 8, 16, 255]), 8),
    () => header.writeUInt8(dice.between(0, 7), 9),
    () => header.writeUInt8(dice.between(0, 2), 12),
  ])();
  const [start, rest] = [photo.subarray(0, 8), photo.subarray(33)];
  const more = dice.oneOf([
    [],
    [pngChunk("PLTE", Buffer.alloc(dice.between(0, 800)))],
    [pngChunk("tRNS", Buffer.alloc(dice.between(0, 300)))],
    [pngChunk("acTL", Buffer.alloc(8, dice.between(0, 255)))],
    [pngChunk("IDAT", Buffer.alloc(0))],
    [pngChunk("IHDR", header)],
    [pngChunk("zTXt", Buffer.alloc(20), dice.oneOf([0, 2 ** 31 - 1, 2 ** 32 - 1]))],
  ]);
  return Buffer.concat([start, pngChunk("IHDR", header), ...more, rest]);
};

const canvas = (dice: Dice): Buffer => {
  const content = Buffer.alloc(10);
  content.writeUInt8(dice.between(0, 255), 0);
  for (const at of [4, 7]) content.writeUIntLE(dice.oneOf([...sides, 2 ** 24 - 1]), at, 3);
  return riffChunk("VP8X", content, dice.oneOf([10, 10, 10, 0, 9, 2 ** 32 - 1]));
};

const lieInWebp: Mutation = (photo, dice) => {
  const chunks = photo.subarray(12);
  const lying = Buffer.from(chunks);
  return dice.oneOf([
    () => riff([canvas(dice), chunks]),
    () => riff([chunks], dice.oneOf([0, 1, 4, 2 ** 31, 2 ** 32 - 1])),
    () => {
      lying.writeUInt32LE(dice.oneOf([0, 1, 9, 10, 2 ** 31 - 1, 2 ** 32 - 1]), 4);
      return riff([lying]);
    },
    // a lossy frame's dimensions, a lossless image's packed ones
    () => {
      lying.writeUInt16LE(dice.between(0, 65_535), dice.oneOf([9, 14, 16]));
      return riff([lying]);
    },
    () => riff([riffChunk("ALPH", Buffer.alloc(dice.between(0, 200), dice.between(0, 255))), chunks]),
    () => riff([riffChunk("ANIM", Buffer.alloc(6)), riffChunk("ANMF", chunks), chunks]),
  ])();
};

export const lie: Mutation = (photo, dice, others) =>
  ({ jpeg: lieInJpeg, png: lieInPng, webp: lieInWebp })[containerOf(photo)](photo, dice, others);
