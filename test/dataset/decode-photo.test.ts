import { access } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { nodeLimits } from "../../shared/limits.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import { decodePhoto } from "../../shared/pixels/decode.ts";
import { decodeTrainingPhoto } from "../../training/dataset/decode/decode-photo.ts";
import { heicDecoder, installHeicDecoder } from "../../training/dataset/decode/heic-decoder.ts";
import { requireHeic } from "../../training/dataset/decode/other-kinds.ts";
import { draw } from "../drawing.ts";
import { emptyFolder, fill, fillClasses, read } from "./folder.ts";
import { quarters, turned } from "./heic.ts";

const limits = nodeLimits.photo;
const input = { size: 32, crop: 1, interpolation: "bicubic", mean: [0, 0, 0], std: [1, 1, 1] } as const;

const decode = async (photo: Uint8Array, most = limits) => decodeTrainingPhoto(photo, input, await loadCodecs(), most);

/** The colour in the middle of each quarter, by rows. */
const coloursOf = ({ pixels: { data, width, height } }: Awaited<ReturnType<typeof decode>>): string[] =>
  [0.25, 0.75].flatMap((y) =>
    [0.25, 0.75].map((x) => {
      const at = (Math.floor(height * y) * width + Math.floor(width * x)) * 3;
      const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!].map((value) => value > 128);
      return red ? (green ? "yellow" : "red") : green ? "green" : blue ? "blue" : "dark";
    }),
  );

/** The four quarters of the HEIC in any format that sharp writes. */
const drawn = () => {
  const quarter = (left: number, top: number, background: string) => ({
    input: { create: { width: 48, height: 32, channels: 3 as const, background } },
    left,
    top,
  });
  return sharp({ create: { width: 96, height: 64, channels: 3, background: "#c82828" } }).composite([
    quarter(48, 0, "#28b43c"),
    quarter(0, 32, "#283cc8"),
    quarter(48, 32, "#dcc83c"),
  ]);
};

describe("a photo that only training reads", () => {
  it.each([
    ["HEIC", async () => quarters],
    ["AVIF", () => drawn().avif({ quality: 90 }).toBuffer()],
    ["TIFF", () => drawn().tiff().toBuffer()],
    ["TIFF of 16 bits", () => drawn().toColourspace("rgb16").tiff({ compression: "lzw" }).toBuffer()],
    ["TIFF in CMYK", () => drawn().toColourspace("cmyk").tiff().toBuffer()],
  ] as const)("gives upright RGB: %s", async (_, photo) => {
    const bytes = await photo();
    const decoded = await decode(bytes);
    expect(decoded).toMatchObject({ scale: 1, orientation: 1, width: 96, height: 64 });
    expect(decoded.pixels.data).toHaveLength(96 * 64 * 3);
    expect(coloursOf(decoded)).toEqual(["red", "green", "blue", "yellow"]);
    // serving goes on refusing it
    await expect(decodePhoto(bytes, input, await loadCodecs(), limits)).rejects.toMatchObject({ status: 415 });
  });

  it.each([
    ["HEIC", async () => turned],
    ["TIFF", async () => drawn().withMetadata({ orientation: 6 }).tiff().toBuffer()],
  ] as const)("is turned upright: %s", async (_, photo) => {
    const decoded = await decode(await photo());
    expect(decoded).toMatchObject({ width: 64, height: 96 });
    expect(coloursOf(decoded)).toEqual(["blue", "red", "yellow", "green"]);
  });

  it("is laid over white where it is transparent", async () => {
    const clear = sharp({ create: { width: 8, height: 8, channels: 4, background: "#ff000000" } });
    const { pixels } = await decode(await clear.tiff({ compression: "lzw" }).toBuffer());
    expect(new Set(pixels.data)).toEqual(new Set([255]));
  });

  it("is refused where it is damaged or too large, and says so", async () => {
    const avif = await drawn().avif().toBuffer();
    const tiff = await drawn().tiff({ compression: "none" }).toBuffer();
    for (const photo of [quarters.subarray(0, -60), avif.subarray(0, -60), tiff.subarray(0, tiff.length >> 1)])
      await expect(decode(photo)).rejects.toMatchObject({ status: 400, message: /damaged or cut off/ });
    for (const photo of [quarters, avif, tiff])
      await expect(decode(photo, { ...limits, pixels: 6000 })).rejects.toMatchObject({ status: 422 });
  });

  it("leaves what is served to the shared path, to the bit", async () => {
    const jpeg = await draw("stars", 3).jpeg().toBuffer();
    expect(await decode(jpeg)).toEqual(await decodePhoto(jpeg, input, await loadCodecs(), limits));
  });
});

describe("HEIC without heic-decode", () => {
  it("names the one command that enables it", async () => {
    const nowhere = heicDecoder(await emptyFolder());
    expect(nowhere).toBeUndefined();
    expect(() => requireHeic(nowhere)).toThrow(
      expect.objectContaining({
        status: 415,
        message: expect.stringMatching(/run npm install .*heic-decode, or export/),
      }),
    );
  });
});

describe("where heic-decode is looked for", () => {
  const decoder = {
    "node_modules/heic-decode/index.js": "module.exports = Object.assign(() => {}, { all: () => {} });",
  };

  it("is where Whippet is installed, and the command says so", async () => {
    const project = await emptyFolder();
    await fill(project, { ...decoder, "node_modules/whippet/package.json": "{}" });
    const installed = join(project, "node_modules/whippet");
    expect(heicDecoder(installed)).toBeDefined();
    expect(installHeicDecoder(installed, project)).toBe("npm install heic-decode");
    expect(installHeicDecoder(installed, "/photos")).toBe(`npm install --prefix "${project}" heic-decode`);
  });

  it("is not the folder that a command runs in, which may have come with the photos", async () => {
    const photos = await emptyFolder();
    const trap = join(photos, "node_modules/heic-decode/index.js");
    await fill(photos, {
      "node_modules/heic-decode/index.js": `require("node:fs").writeFileSync(${JSON.stringify(`${trap}.ran`)}, "");`,
    });
    const here = process.cwd();
    process.chdir(photos);
    try {
      expect(heicDecoder(await emptyFolder())).toBeUndefined();
    } finally {
      process.chdir(here);
    }
    await expect(access(`${trap}.ran`)).rejects.toThrow("ENOENT");
  });
});

describe("a data set with photos of phones", () => {
  it("takes them as any other", async () => {
    const folder = await emptyFolder();
    await fillClasses(folder, ["a", "b"], 3);
    await fill(folder, { "a/1.heic": quarters, "b/1.avif": await drawn().avif().toBuffer() });
    const { photos, skipped } = await read(folder);
    expect({ photos: photos.length, skipped }).toEqual({ photos: 8, skipped: [] });
  });
});
