import { describe, expect, it } from "vitest";
import { sha256 } from "../../shared/hash.ts";
import { nodeLimits } from "../../shared/limits.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import { cropPhoto } from "../../shared/pixels/crop.ts";
import { type Decoded, decodePhoto } from "../../shared/pixels/decode.ts";
import type { Orientation } from "../../shared/pixels/orientation.ts";
import type { Pixels } from "../../shared/pixels/pixels.ts";
import { sniff } from "../../shared/pixels/sniff.ts";
import { input, largestDifference, noisy, withSharp } from "./photos.ts";

const codecs = await loadCodecs();
const decode = (photo: Uint8Array) => decodePhoto(photo, input, codecs, nodeLimits.photo);
const orientations = [1, 2, 3, 4, 5, 6, 7, 8] as const;

const upright = (pixels: Pixels): Decoded => ({
  pixels,
  scale: 1,
  orientation: 1,
  width: pixels.width,
  height: pixels.height,
  format: "png",
});

/** An eXIf chunk that holds nothing but an orientation, put before a PNG's pixels. */
const withExif = (png: Buffer, orientation: Orientation): Buffer => {
  const tiff = Buffer.from("4d4d002a000000080001011200030000000100010000000000000000", "hex");
  tiff[19] = orientation;
  const length = Buffer.from([0, 0, 0, tiff.length]);
  // sharp ignores a chunk with a wrong CRC, and so this one is never shown to it
  return Buffer.concat([png.subarray(0, 33), length, Buffer.from("eXIf"), tiff, Buffer.alloc(4), png.subarray(33)]);
};

describe("a turned photo", () => {
  it.each(orientations)(
    "cropped as stored equals, to the bit, sharp's upright one cropped: JPEG, orientation %i",
    async (orientation) => {
      const photo = await noisy(431, 290).withMetadata({ orientation }).jpeg().toBuffer();
      const decoded = await decode(photo);
      expect(decoded.orientation).toBe(orientation);
      const turned = await withSharp(photo);
      expect([decoded.width, decoded.height]).toEqual([turned.width, turned.height]);
      for (const view of [{}, { flip: true, zoom: 0.6, x: 0.1, y: 0.9 }]) {
        const ours = cropPhoto(decoded, input, view);
        const expected = cropPhoto(upright(turned), input, view);
        expect(ours.box).toEqual(expected.box);
        expect(largestDifference(ours.pixels.data, expected.pixels.data)).toBe(0);
      }
    },
  );

  it.each(orientations)("is found in a WebP's EXIF: orientation %i", async (orientation) => {
    const photo = await noisy(300, 211).withMetadata({ orientation }).webp().toBuffer();
    const expected = cropPhoto(upright(await withSharp(photo)), input);
    expect(largestDifference(cropPhoto(await decode(photo), input).pixels.data, expected.pixels.data)).toBe(0);
  });

  it.each(orientations)("is found in a PNG's eXIf: orientation %i", async (orientation) => {
    const plain = noisy(300, 211);
    const photo = withExif(await plain.png().toBuffer(), orientation);
    const reference = await withSharp(await plain.withMetadata({ orientation }).webp({ lossless: true }).toBuffer());
    const ours = cropPhoto(await decode(photo), input);
    expect(largestDifference(ours.pixels.data, cropPhoto(upright(reference), input).pixels.data)).toBe(0);
  });

  it("counts as upright when its EXIF is broken", async () => {
    const photo = await noisy(64, 48).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const exif = photo.indexOf("Exif\0\0") + 6;
    for (let at = exif; at < exif + 26; at++) {
      const broken = Buffer.from(photo);
      broken[at] = 0xff;
      expect(sniff(broken).orientation).toBeOneOf([1, 6]);
    }
  });

  it("keeps its place when it is decoded scaled and its sides are no multiple of the scale", async () => {
    const plain = noisy(1801, 1797);
    const views = await Promise.all(
      ([1, 3] as const).map(async (orientation) => {
        const photo = await plain
          .clone()
          .rotate(orientation === 3 ? 180 : 0)
          .withMetadata({ orientation })
          .jpeg({ quality: 95, chromaSubsampling: "4:4:4" })
          .toBuffer();
        const decoded = await decode(photo);
        expect(decoded.scale).toBe(2);
        return cropPhoto(decoded, input).pixels.data;
      }),
    );
    const [straight, turned] = views as [Uint8Array, Uint8Array];
    // not to the bit: the 8 x 8 blocks begin at another corner
    expect(straight.reduce((sum, value, i) => sum + Math.abs(value - turned[i]!), 0) / straight.length).toBeLessThan(1);
  });
});

describe("the crop", () => {
  const photo = upright({ data: new Uint8Array(400 * 300 * 3), width: 400, height: 300 });

  it("is the centred square whose side is the given share of the short side", () => {
    expect(cropPhoto(photo, input).box).toEqual({ x: 68.75, y: 18.75, width: 262.5, height: 262.5 });
  });

  it("zooms into that square, and moves within it", () => {
    expect(cropPhoto(photo, input, { zoom: 0.5, x: 0, y: 1 }).box).toEqual({
      x: 68.75,
      y: 150,
      width: 131.25,
      height: 131.25,
    });
  });

  it("mirrors left and right on demand", async () => {
    const drawn = upright(await withSharp(await noisy(333, 280).png().toBuffer()));
    const plain = cropPhoto(drawn, input).pixels.data;
    const flipped = cropPhoto(drawn, input, { flip: true }).pixels.data;
    for (const [x, y] of [
      [0, 0],
      [17, 5],
      [223, 223],
    ] as const)
      expect(flipped[(y * 224 + x) * 3]).toBe(plain[(y * 224 + 223 - x) * 3]);
  });

  it.each([
    [1, 1],
    [1, 500],
    [3, 2],
    [223, 224],
  ])("makes a square of a photo as small as %i x %i", async (width, height) => {
    const { pixels } = cropPhoto(await decode(await noisy(width, height).png().toBuffer()), input);
    expect(pixels).toMatchObject({ width: 224, height: 224, data: { length: 224 * 224 * 3 } });
  });

  it.each([
    [224, "97089208c6c4bc73d32216589895a73bacb36130259c881ce49edd9d4b2da632"],
    [300, "ba1281b5bb5a2d0684b763b342b33a9b3145229abb1e5a2971ded5d43a60666e"],
  ])("resizes to %i as Pillow does, to the bit: resize(size, BICUBIC, box)", async (size, pillow) => {
    const [width, height] = [431, 290];
    const data = new Uint8Array(width * height * 3);
    for (let y = 0, at = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        data[at++] = x * 7 + y * 3;
        data[at++] = x * y;
        data[at++] = (x * x + y * 5) >> 2;
      }
    const { pixels } = cropPhoto(upright({ data, width, height }), { ...input, size, crop: 0.875 });
    expect(await sha256(pixels.data)).toBe(pillow);
  });

  it("leaves a plain colour as it is", () => {
    const plain = upright({ data: new Uint8Array(517 * 389 * 3).fill(201), width: 517, height: 389 });
    expect(cropPhoto(plain, input).pixels.data.every((value) => value === 201)).toBe(true);
  });
});
