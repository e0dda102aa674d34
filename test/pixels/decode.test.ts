import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { nodeLimits } from "../../shared/limits.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import { cropPhoto } from "../../shared/pixels/crop.ts";
import { decodePhoto } from "../../shared/pixels/decode.ts";
import { memoryNeeded } from "../../shared/pixels/memory.ts";
import { toTensor } from "../../shared/pixels/normalise.ts";
import { sniff } from "../../shared/pixels/sniff.ts";
import { input, largestDifference, noisy, withSharp } from "./photos.ts";

const codecs = await loadCodecs();
const decode = (photo: Uint8Array) => decodePhoto(photo, input, codecs, nodeLimits.photo);
const [width, height] = [203, 151];
const opaque = () => noisy(width, height);
const clear = () => noisy(width, height, 4);

describe("decoding at full size", () => {
  it.each([
    ["a baseline 4:2:0 JPEG", () => opaque().jpeg()],
    ["a 4:4:4 JPEG", () => opaque().jpeg({ chromaSubsampling: "4:4:4" })],
    ["a progressive 4:2:0 JPEG", () => opaque().jpeg({ progressive: true })],
    ["a progressive 4:4:4 JPEG", () => opaque().jpeg({ progressive: true, chromaSubsampling: "4:4:4" })],
    ["a grey JPEG", () => opaque().toColourspace("b-w").jpeg()],
    ["a trellis-quantised JPEG", () => opaque().jpeg({ mozjpeg: true, quality: 30 })],
    ["an RGB PNG", () => opaque().png()],
    ["an RGB PNG, interlaced", () => opaque().png({ progressive: true })],
    ["an RGB PNG of 16 bits", () => opaque().toColourspace("rgb16").png()],
    ["a PNG with alpha", () => clear().png()],
    ["a PNG with alpha, interlaced", () => clear().png({ progressive: true })],
    ["a palette PNG of 16 colours", () => opaque().png({ palette: true, colours: 16 })],
    ["a palette PNG with alpha", () => clear().png({ palette: true })],
    ["a grey PNG", () => opaque().toColourspace("b-w").png()],
    ["a grey PNG with alpha", () => clear().toColourspace("b-w").png()],
    ["a lossy WebP", () => opaque().webp()],
    ["a lossy WebP with alpha", () => clear().webp()],
    ["a lossless WebP", () => opaque().webp({ lossless: true })],
    ["a lossless WebP with alpha", () => clear().webp({ lossless: true })],
  ])("gives %s the very pixels that sharp gives", async (_, draw) => {
    const photo = await draw().toBuffer();
    const { pixels, scale } = await decode(photo);
    expect(scale).toBe(1);
    expect(largestDifference(pixels.data, (await withSharp(photo)).data)).toBe(0);
  });

  it("is within two levels of sharp on a 16-bit PNG with alpha, which sharp lays over white in 16 bits", async () => {
    const photo = await clear().toColourspace("rgb16").png().toBuffer();
    expect(largestDifference((await decode(photo)).pixels.data, (await withSharp(photo)).data)).toBeLessThanOrEqual(2);
  });

  it("ignores an embedded colour profile", async () => {
    const photo = await opaque().withIccProfile("p3").jpeg().toBuffer();
    expect((await sharp(photo).metadata()).hasProfile).toBe(true);
    expect(largestDifference((await decode(photo)).pixels.data, (await withSharp(photo)).data)).toBe(0);
  });

  it("shows a CMYK JPEG much as sharp does: 8 levels off on average at most, bare paper exactly white", async () => {
    const photo = await opaque().toColourspace("cmyk").jpeg({ chromaSubsampling: "4:4:4" }).toBuffer();
    expect(sniff(photo)).toMatchObject({ adobe: true, sampling: { length: 4 } });
    const { data } = (await decode(photo)).pixels;
    const expected = (await withSharp(photo)).data;
    expect(data.length).toBe(expected.length);
    expect(data.reduce((sum, value, i) => sum + Math.abs(value - expected[i]!), 0) / data.length).toBeLessThan(8);
    const paper = await sharp({ create: { width, height, channels: 3, background: "white" } })
      .toColourspace("cmyk")
      .jpeg()
      .toBuffer();
    expect((await decode(paper)).pixels.data.every((value) => value === 255)).toBe(true);
  });
});

describe("decoding scaled", () => {
  it.each([
    [500, 375, 1],
    [1024, 2000, 2],
    [2047, 2048, 2],
    [3000, 2100, 4],
  ] as const)("decodes a JPEG of %i x %i at 1/%i", async (wide, high, scale) => {
    const photo = await noisy(wide, high).jpeg().toBuffer();
    const decoded = await decode(photo);
    expect(decoded).toMatchObject({ scale, width: wide, height: high });
    expect(decoded.pixels).toMatchObject({ width: Math.ceil(wide / scale), height: Math.ceil(high / scale) });
  });

  it("shows the model what the full decode would: 2 levels off on average at most", async () => {
    const jpeg = await noisy(2100, 2900).jpeg({ quality: 95 }).toBuffer();
    const scaled = cropPhoto(await decode(jpeg), input).pixels.data;
    const full = cropPhoto(await decode(await sharp(jpeg).png({ compressionLevel: 0 }).toBuffer()), input).pixels.data;
    expect(scaled.reduce((sum, value, i) => sum + Math.abs(value - full[i]!), 0) / scaled.length).toBeLessThan(2);
  });
});

describe("the memory estimate", () => {
  it.each([
    ["a baseline JPEG", () => noisy(1600, 1200).jpeg()],
    ["a progressive JPEG", () => noisy(1600, 1200).jpeg({ progressive: true })],
    ["a progressive 4:4:4 JPEG", () => noisy(1601, 1203).jpeg({ progressive: true, chromaSubsampling: "4:4:4" })],
    ["a wide progressive JPEG", () => noisy(8000, 300).jpeg({ progressive: true })],
    ["a grey JPEG", () => noisy(1600, 1200).toColourspace("b-w").jpeg()],
    ["a CMYK JPEG", () => noisy(1600, 1200).toColourspace("cmyk").jpeg()],
    ["an RGB PNG", () => noisy(1600, 1200).png({ compressionLevel: 1 })],
    ["an interlaced PNG", () => noisy(1600, 1200).png({ compressionLevel: 1, progressive: true })],
    ["a 16-bit PNG", () => noisy(1600, 1200).toColourspace("rgb16").png({ compressionLevel: 1 })],
    ["a PNG with alpha", () => noisy(1600, 1200, 4).png({ compressionLevel: 1 })],
    ["a palette PNG", () => noisy(1600, 1200).png({ palette: true, effort: 1 })],
    ["a palette PNG with alpha", () => noisy(1600, 1200, 4).png({ palette: true, effort: 1 })],
    ["a grey PNG", () => noisy(1600, 1200).toColourspace("b-w").png({ compressionLevel: 1 })],
    ["a small WebP", () => noisy(400, 300).webp({ effort: 0 })],
    ["a lossy WebP", () => noisy(2600, 1700).webp({ effort: 0 })],
    ["a lossy WebP with alpha", () => noisy(2600, 1700, 4).webp({ effort: 0 })],
    ["a lossless WebP", () => noisy(2000, 1500).webp({ lossless: true, effort: 0 })],
  ])("covers what %s really takes, by no more than 1.5 times", async (_, draw) => {
    const photo = await draw().toBuffer();
    const decoded = await decode(photo);
    const taken = decoded.pixels.data.buffer.byteLength + photo.length;
    const estimate = memoryNeeded(sniff(photo), photo.length, input);
    expect(estimate).toBeGreaterThanOrEqual(taken);
    expect(estimate).toBeLessThanOrEqual(taken * 1.5);
  });

  it("keeps a 12-megapixel 4:2:0 progressive JPEG within 50 MB, its own bytes counted twice", async () => {
    const photo = await noisy(4032, 3024).jpeg({ progressive: true, quality: 80 }).toBuffer();
    const decoded = await decode(photo);
    expect(decoded.pixels.data.buffer.byteLength + photo.length).toBeLessThan(50_000_000);
  });

  it("is not deceived by a bomb in a PNG's colour profile, which the decoder never sees", async () => {
    const plain = await noisy(300, 200).png().toBuffer();
    const bomb = Buffer.concat([Buffer.from("icc\0\0"), deflateSync(Buffer.alloc(60_000_000))]);
    const photo = Buffer.concat([plain.subarray(0, 33), pngChunk("iCCP", bomb), plain.subarray(33)]);
    const { pixels } = await decode(photo);
    expect(pixels.data.buffer.byteLength).toBeLessThan(5_000_000);
  });
});

/** The CRC is left at zero: nothing may read a chunk that decides no pixels. */
const pngChunk = (type: string, content: Uint8Array): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, Buffer.from(type), content, Buffer.alloc(4)]);
};

describe("the tensor", () => {
  it("is the same whenever and however often a photo is decoded", async () => {
    const photo = await noisy(640, 480).jpeg().toBuffer();
    const tensors = await Promise.all(
      Array.from({ length: 3 }, async () => toTensor(cropPhoto(await decode(photo), input).pixels, input)),
    );
    expect(tensors[1]).toEqual(tensors[0]);
    expect(tensors[2]).toEqual(tensors[0]);
  });

  it("holds (pixel - mean) / std, channel by channel", () => {
    const pixels = { data: Uint8Array.of(0, 127, 255, 1, 2, 3), width: 2, height: 1 };
    const spec = { ...input, mean: [127, 100, 0], std: [128, 50, 255] } as const;
    expect([...toTensor(pixels, spec)]).toEqual(
      [0 - 127, 1 - 127]
        .map((v) => Math.fround(v / 128))
        .concat([27 / 50, -98 / 50].map(Math.fround), [1, 3 / 255].map(Math.fround)),
    );
  });
});
