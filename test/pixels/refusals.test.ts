import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { edgeLimits, nodeLimits } from "../../shared/limits.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import { decodePhoto } from "../../shared/pixels/decode.ts";
import type { JpegHeader, PngHeader } from "../../shared/pixels/header.ts";
import { checkBytes, checkHeader } from "../../shared/pixels/limits.ts";
import { decodeWebp } from "../../shared/pixels/webp.ts";
import { Problem } from "../../shared/problem.ts";
import { random } from "../drawing.ts";
import { segment } from "../fuzz/chunks.ts";
import { input, noisy } from "./photos.ts";

const codecs = await loadCodecs();
const decode = (photo: Uint8Array, limits = nodeLimits.photo) => decodePhoto(photo, input, codecs, limits);
const refusal = (photo: Uint8Array, limits = nodeLimits.photo): Promise<Problem> =>
  decode(photo, limits).then(
    () => expect.fail("it was decoded"),
    (error: unknown) => (error instanceof Problem ? error : expect.fail(`not a Problem: ${error}`)),
  );
const flat = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: "navy" } });
const latin = (text: string) => Buffer.from(text, "latin1");

const jpeg = await noisy(320, 240).jpeg().toBuffer();
const progressive = await noisy(320, 240).jpeg({ progressive: true }).toBuffer();
const png = await noisy(160, 120).png().toBuffer();
const webp = await noisy(320, 240).webp().toBuffer();
const lossless = await noisy(160, 120, 4).webp({ lossless: true }).toBuffer();

/** Position of the JPEG's frame header (SOF0 or SOF2). */
const frameAt = (photo: Buffer, marker = 0xc0): number => photo.indexOf(Buffer.from([0xff, marker]));

describe("what is no photo", () => {
  it.each([
    ["nothing at all", Buffer.alloc(0), /empty/],
    ["a text", latin("hello, I am no photo"), /not an image/],
    ["one byte", Buffer.from([0xff]), /not an image/],
    ["the first 4 bytes of a JPEG", jpeg.subarray(0, 4), /cut off/],
    ["a JPEG's header without its pixels", jpeg.subarray(0, frameAt(jpeg) + 6), /cut off/],
    ["the first 20 bytes of a PNG", png.subarray(0, 20), /cut off/],
    ["the first 16 bytes of a WebP", webp.subarray(0, 16), /cut off/],
  ])("refuses %s with 400", async (_, bytes, detail) => {
    const { status, message } = await refusal(bytes);
    expect(status).toBe(400);
    expect(message).toMatch(detail);
  });
});

describe("a format that we don't read", () => {
  const media = (brand: string, ...compatible: string[]) =>
    latin(`\0\0\0${String.fromCharCode(16 + compatible.length * 4)}ftyp${brand}\0\0\0\0${compatible.join("")}`);
  it.each([
    ["GIF", latin("GIF89a\x01\0\x01\0")],
    ["HEIC", media("heic", "mif1")],
    ["HEIC", media("mif1", "mif1", "heic")],
    ["AVIF", media("avif")],
    ["AVIF", media("mif1", "avif")],
    ["video", media("isom", "mp42")],
    ["TIFF", latin("II*\0\x08\0\0\0")],
    ["TIFF", latin("MM\0*\0\0\0\x08")],
    ["BMP", latin("BM\0\0\0\0")],
    ["PDF", latin("%PDF-1.7")],
    ["JPEG XL", latin("\xff\x0a\0\0")],
    ["SVG", latin('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ["SVG", latin('<?xml version="1.0"?>\n<!-- drawn -->\n<svg viewBox="0 0 1 1"></svg>')],
  ])("is named in the refusal, with what we read and a way out: %s", async (name, bytes) => {
    const { status, message } = await refusal(bytes);
    expect(status).toBe(415);
    expect(message).toContain(`${name} file; we read JPEG, PNG, WebP: `);
  });

  it.each([
    [0xc3, "lossless"],
    [0xc9, "arithmetic-coded"],
    [0xca, "arithmetic-coded"],
    [0xc5, "hierarchical"],
  ])("includes JPEGs of frame type %i: %s", async (marker, name) => {
    const altered = Buffer.from(jpeg);
    altered[frameAt(jpeg) + 1] = marker;
    expect(await refusal(altered)).toMatchObject({ status: 415, message: expect.stringContaining(name) });
  });

  it("includes JPEGs of 12 bits", async () => {
    const altered = Buffer.from(jpeg);
    altered[frameAt(jpeg) + 4] = 12;
    expect(await refusal(altered)).toMatchObject({ status: 415, message: expect.stringContaining("12 bits") });
  });

  it("includes animated WebPs", async () => {
    const animation = await noisy(40, 80).webp().toBuffer();
    const header = Buffer.concat([latin("VP8X\x0a\0\0\0\x02\0\0\0"), Buffer.from([39, 0, 0, 79, 0, 0])]);
    const photo = Buffer.concat([animation.subarray(0, 12), header, animation.subarray(12)]);
    expect(await refusal(photo)).toMatchObject({ status: 415, message: expect.stringContaining("animated") });
  });
});

describe("limits", () => {
  it("refuses a PNG whose header claims 50000 x 50000 pixels before anything is decoded", async () => {
    const bomb = Buffer.from(png);
    bomb.writeUInt32BE(50_000, 16);
    bomb.writeUInt32BE(50_000, 20);
    const start = performance.now();
    expect(await refusal(bomb)).toMatchObject({ status: 422, message: expect.stringContaining("50000 x 50000") });
    expect(performance.now() - start).toBeLessThan(20);
  });

  it.each([
    ["36 bytes of WebP", flat(7000, 7100).webp({ lossless: true, effort: 0 })],
    ["6 kB of PNG", flat(7000, 7100).png({ palette: true, colours: 2, compressionLevel: 9 })],
  ])("refuses %s that claim 50 megapixels before anything is decoded", async (_, picture) => {
    const bomb = await picture.toBuffer();
    expect(bomb.length).toBeLessThan(10_000);
    const start = performance.now();
    expect(await refusal(bomb)).toMatchObject({
      status: 422,
      message: expect.stringContaining(`49.7 megapixels in ${bomb.length} bytes`),
    });
    expect(performance.now() - start).toBeLessThan(20);
  });

  it("takes a scanned page of 35 megapixels in black and white, and any flat picture of up to 4", async () => {
    const page = { ...photo(4960, 7016, false), format: "png", bitDepth: 1, colourType: 0 } as const;
    const header: PngHeader = { ...page, interlaced: false, transparency: false };
    expect(() => checkHeader(header, 100_000, input, nodeLimits.photo)).not.toThrow();
    expect((await decode(await flat(2000, 2000).webp({ lossless: true }).toBuffer())).width).toBe(2000);
  });

  it("refuses too many bytes with 413, naming both numbers", () => {
    expect(() => checkBytes(30_000_000, nodeLimits.photo)).toThrow(/30 MB, and 20 MB/);
    expect(() => checkBytes(20_000_000, nodeLimits.photo)).not.toThrow();
    expect(() => checkBytes(10_000_001, edgeLimits.photo)).toThrow(expect.objectContaining({ status: 413 }));
  });

  const photo = (width: number, height: number, multipleScans: boolean): JpegHeader => ({
    format: "jpeg",
    ...{ width, height, multipleScans, progressive: multipleScans, adobe: false, orientation: 1 },
    sampling: [2, 1, 1].map((factor) => ({ horizontal: factor, vertical: factor })),
  });

  it("lets the edge take a 12-megapixel JPEG, progressive too, and a 48-megapixel baseline one", () => {
    expect(() => checkHeader(photo(4032, 3024, true), 5_000_000, input, edgeLimits.photo)).not.toThrow();
    expect(() => checkHeader(photo(8064, 6048, false), 9_000_000, input, edgeLimits.photo)).not.toThrow();
  });

  it("refuses at the edge what would not fit, and says how to save it", () => {
    const large = () => checkHeader(photo(8064, 6048, true), 9_000_000, input, edgeLimits.photo);
    expect(large).toThrow(expect.objectContaining({ status: 422 }));
    expect(large).toThrow(/MB of memory, and 52 MB is there; .*baseline/);
  });

  it("takes at Node's limits everything up to 50 megapixels", () => {
    expect(() => checkHeader(photo(8660, 5773, true), 20_000_000, input, nodeLimits.photo)).not.toThrow();
  });

  it("keeps a WebP from taking more memory than the limit, whatever its header led us to expect", async () => {
    const photo = await noisy(3000, 2500, 4).webp({ effort: 0 }).toBuffer();
    expect(() => decodeWebp(codecs.webp, photo, 20_000_000)).toThrow(/libwebp/);
  });
});

describe("a photo that is cut off or lies", () => {
  it.each([
    ["JPEG", jpeg],
    ["progressive JPEG", progressive],
    ["PNG", png],
    ["lossy WebP", webp],
    ["lossless WebP", lossless],
  ])("is refused with 400 wherever it ends: %s", async (_, whole) => {
    for (const share of [0.05, 0.3, 0.6, 0.9, 0.98])
      expect((await refusal(whole.subarray(0, Math.floor(whole.length * share)))).status).toBe(400);
  });

  it.each([
    ["larger than it is", 1600, 1600, 400],
    ["far too large for its bytes", 7000, 7000, 422],
    ["as large as the format allows", 65_535, 65_535, 422],
    ["without height", 320, 0, 400],
    ["a little wider", 352, 240, 400],
    ["a little narrower", 256, 240, 400],
    ["higher", 320, 480, 400],
    ["much lower", 320, 16, 400],
  ])("is refused when a JPEG's header makes it %s", async (_, width, height, status) => {
    const lying = Buffer.from(jpeg);
    lying.writeUInt16BE(height, frameAt(jpeg) + 5);
    lying.writeUInt16BE(width, frameAt(jpeg) + 7);
    expect((await refusal(lying)).status).toBe(status);
  });

  /** The photo's last scan over and over, each time behind `between`. */
  const repeated = (photo: Buffer, times: number, between: Uint8Array = Buffer.alloc(0)): Buffer => {
    const scan = photo.lastIndexOf(Buffer.from([0xff, 0xda]));
    const again = Array(times).fill(Buffer.concat([between, photo.subarray(scan, photo.length - 2)]));
    return Buffer.concat([photo.subarray(0, photo.length - 2), ...again, Buffer.from([0xff, 0xd9])]);
  };
  const comment = segment(0xfe, Buffer.from([0xff, 0xd9, 0xff, 0xda]));

  it.each([
    ["nothing between them", Buffer.alloc(0)],
    ["behind comments that hold an end of image", comment],
    ["behind metadata that holds an end of image", segment(0xe5, Buffer.from([0xff, 0xd9]))],
    ["behind comments without length", segment(0xfe, Buffer.alloc(0), 0)],
    ["behind markers that no JPEG has", Buffer.from([0xff, 0x05])],
    ["behind restart markers and fill", Buffer.from([0xff, 0xd3, 0xff, 0xff, 0xff])],
  ])("is refused when a JPEG's scans are repeated without end: %s", async (_, between) => {
    const endless = repeated(progressive, 150, between);
    expect(await refusal(endless)).toMatchObject({ status: 400, message: expect.stringContaining("100 scans") });
  });

  it("is refused when a JPEG of many pixels has more scans than any program writes", async () => {
    const slow = repeated(await noisy(4000, 4000).jpeg({ progressive: true, quality: 10 }).toBuffer(), 60);
    expect(await refusal(slow)).toMatchObject({ status: 400, message: expect.stringContaining("63 scans") });
  });

  it("is not taken for one when a comment between its scans holds what looks like scans, or the end", async () => {
    const last = progressive.lastIndexOf(Buffer.from([0xff, 0xda]));
    const scans = segment(0xfe, Buffer.concat(Array(200).fill(Buffer.from([0xff, 0xda, 0, 2]))));
    const plain = Buffer.from((await decode(progressive)).pixels.data);
    for (const between of [scans, comment]) {
      const photo = Buffer.concat([progressive.subarray(0, last), between, progressive.subarray(last)]);
      expect(plain.equals((await decode(photo)).pixels.data)).toBe(true);
    }
  });

  it("is refused when a WebP's canvas and image differ", async () => {
    const lying = Buffer.from(lossless);
    const header = Buffer.concat([latin("VP8X\x0a\0\0\0\0\0\0\0"), Buffer.from([9, 0, 0, 9, 0, 0])]);
    const photo = Buffer.concat([lying.subarray(0, 12), header, lying.subarray(12)]);
    expect((await refusal(photo)).status).toBe(400);
  });
});

it("ends in pixels or a Problem for 300 files with random bytes changed, cut and moved, within the memory limit", async () => {
  const next = random(20);
  const seeds = [jpeg, progressive, png, webp, lossless];
  const limits = { ...nodeLimits.photo, memory: 60_000_000 };
  const outcomes = { pixels: 0, problems: 0 };
  for (let i = 0; i < 300; i++) {
    const photo = Buffer.from(seeds[i % seeds.length]!);
    // most of a format's traps lie in its first bytes
    for (let changes = 1 + next() * 4; changes > 0; changes--)
      photo[Math.floor(next() * (next() < 0.6 ? 700 : photo.length)) % photo.length] = next() * 256;
    const from = Math.floor(next() * photo.length);
    if (next() < 0.2) photo.copyWithin(from, Math.floor(next() * photo.length));
    const mutated = next() < 0.2 ? photo.subarray(0, from) : photo;
    try {
      const { pixels } = await decode(mutated, limits);
      expect(pixels.data.length).toBe(pixels.width * pixels.height * 3);
      expect(pixels.data.buffer.byteLength + mutated.length).toBeLessThanOrEqual(limits.memory);
      outcomes.pixels++;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      outcomes.problems++;
    }
  }
  // a fuzz that only ever meets one outcome tests nothing
  expect(outcomes.pixels).toBeGreaterThan(10);
  expect(outcomes.problems).toBeGreaterThan(100);
});
