import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createCache } from "../../training/cache.ts";
import { createPool, type Pool } from "../../training/features/pool.ts";
import { checkPhotos } from "../../training/read-photos.ts";
import { draw, drawScene } from "../drawing.ts";
import { has, photosFolder } from "../require.ts";
import { createMemoryStore } from "../store/memory.ts";
import { emptyFolder, fill, fillClasses } from "./folder.ts";

const progress = { line: () => undefined, stage: () => ({ update: () => undefined, end: () => undefined }) };

let pool: Pool;
beforeAll(() => {
  pool = createPool({ workers: 2 });
});
afterAll(() => pool.close());

let folder: string;
beforeEach(async () => {
  folder = await emptyFolder();
});

const check = async (seed = 1) => {
  const cache = createCache(createMemoryStore(), expect.unreachable);
  return (await checkPhotos({ photos: folder, validation: 0.2, seed, pool, cache, progress })).dataset;
};

type Copy = (photo: Sharp, width: number, height: number) => Sharp;

/** Shares of the sides that are cut off. */
const cut =
  (left: number, top: number, right: number, bottom: number): Copy =>
  (photo, width, height) => {
    const [x, y] = [Math.round(width * left), Math.round(height * top)];
    const [w, h] = [width - x - Math.round(width * right), height - y - Math.round(height * bottom)];
    return photo.extract({ left: x, top: y, width: w, height: h }).jpeg();
  };

/** A white box with a bar in it, in shares of the sides. */
const label =
  (x: number, y: number, w: number, h: number): Copy =>
  (photo, width, height) => {
    const box = (inset: number, fill: string) =>
      `<rect x="${width * (x + w * inset)}" y="${height * (y + h * inset)}" width="${width * w * (1 - 2 * inset)}" height="${height * h * (1 - 2 * inset)}" fill="${fill}"/>`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${box(0, "#fff")}${box(0.3, "#024")}</svg>`;
    return photo.composite([{ input: Buffer.from(svg) }]).jpeg();
  };

/** What people do to a photo, so that the same picture is in a set twice. */
const copies: Record<string, Copy> = {
  "saved at quality 10": (photo) => photo.jpeg({ quality: 10 }),
  "saved as WebP": (photo) => photo.webp(),
  "scaled to 96 pixels": (photo) => photo.resize(96).jpeg(),
  "scaled to twice its size": (photo, width) => photo.resize(width * 2).jpeg(),
  "squeezed into a square": (photo) => photo.resize(200, 200, { fit: "fill" }).jpeg(),
  brighter: (photo) => photo.modulate({ brightness: 1.3 }).jpeg(),
  darker: (photo) => photo.modulate({ brightness: 0.6 }).jpeg(),
  "of more contrast": (photo) => photo.linear(1.3, -30).jpeg(),
  warmer: (photo) => photo.linear([1.12, 1, 0.85], [0, 0, 0]).jpeg(),
  "in black and white": (photo) => photo.grayscale().jpeg(),
  sharpened: (photo) => photo.sharpen({ sigma: 2 }).jpeg(),
  blurred: (photo, width) => photo.blur(width / 200).jpeg(),
  mirrored: (photo) => photo.flop().jpeg(),
  "turned on its side, and upright by EXIF": (photo) => photo.rotate(270).withMetadata({ orientation: 6 }).jpeg(),
  "cut by 5% on each side": cut(0.05, 0.05, 0.05, 0.05),
  "cut by 10% on each side": cut(0.1, 0.1, 0.1, 0.1),
  "cut by 5% at a corner": cut(0.05, 0.05, 0, 0),
  "cut by 10% at a corner": cut(0, 0.1, 0.1, 0),
  "cut by 10% at one side": cut(0.1, 0, 0, 0),
  "cut by 20% at the bottom": cut(0, 0, 0, 0.2),
  "cut by 10% on each side, and mirrored": (photo, width, height) =>
    cut(0.1, 0.1, 0.1, 0.1)(photo, width, height).flop(),
  "with a small label in a corner": label(0.7, 0.84, 0.28, 0.14),
  "with a large label along the bottom": label(0, 0.75, 1, 0.25),
};

/** Copies the photos here, and beside each a copy of one kind or another. */
const plant = async (photos: readonly string[]) => {
  const names = Object.keys(copies);
  for (const [index, path] of photos.entries()) {
    const label = Math.floor(index / names.length) % 2 ? "odd" : "even";
    await mkdir(join(folder, label), { recursive: true });
    await copyFile(path, join(folder, label, `${index}.jpg`));
    const { width, height } = await sharp(path).metadata();
    const copied = copies[names[index % names.length]!]!(sharp(path), width, height);
    await writeFile(join(folder, label, `${index}-copy.jpg`), await copied.toBuffer());
  }
};

/** @returns the pictures found, each as the names of its photos */
const expectEveryPair = async (count: number): Promise<string[][]> => {
  const { nearDuplicates, photos } = await check();
  const found = nearDuplicates.map(({ paths }) => paths.map((path) => basename(path, ".jpg")));
  const kinds = Object.keys(copies);
  const missed = Array.from({ length: count }, (_, index) => index)
    .filter((index) => !found.some((names) => names.includes(`${index}`) && names.includes(`${index}-copy`)))
    .map((index) => `${index} ${kinds[index % kinds.length]}`);
  expect(missed).toEqual([]);
  expect(nearDuplicates.some(({ wouldLeak }) => wouldLeak)).toBe(true);
  for (const { paths } of nearDuplicates) {
    const parts = photos.filter(({ path }) => paths.includes(path)).map(({ part }) => part);
    expect(new Set(parts).size).toBe(1);
  }
  return found;
};

describe("near duplicates", () => {
  it("are found every one among drawn photos, and kept on one side of the split", async () => {
    const originals = await emptyFolder();
    const photos: string[] = [];
    for (let index = 0; index < 46; index++) {
      const path = join(originals, `${index}.jpg`);
      await writeFile(path, await drawScene(index).jpeg().toBuffer());
      photos.push(path);
    }
    await plant(photos);
    await expectEveryPair(46);
  });

  it.runIf(has("photos"))("are found every one among real photos, and no others", async () => {
    const photos: string[] = [];
    for (const set of ["dogs-clean", "flowers"])
      for (const label of (await readdir(join(photosFolder, set))).sort())
        for (const file of (await readdir(join(photosFolder, set, label))).sort().slice(0, 8))
          photos.push(join(photosFolder, set, label, file));
    await plant(photos);
    const found = await expectEveryPair(photos.length);
    expect(found.filter((names) => names.length > 2)).toEqual([]);
  });

  it("under two labels teach both, judge neither, and are told", async () => {
    await fillClasses(folder, ["a", "b"], 10);
    const photo = await draw("stars", 1).jpeg().toBuffer();
    await fill(folder, { "a/x.jpg": photo, "b/x.jpg": await sharp(photo).resize(100).jpeg().toBuffer() });
    for (const seed of [1, 2, 3]) {
      const { photos, warnings } = await check(seed);
      const shared = photos.filter(({ path }) => basename(path) === "x.jpg");
      expect(shared.map(({ part }) => part)).toEqual(["training", "training"]);
      expect(warnings.join()).toMatch(/the same picture is labelled "a" and "b" .*keep it under one label/);
    }
  });

  it("are remembered, so that a second look decodes nothing", async () => {
    await fillClasses(folder, ["a", "b"], 3);
    const cache = createCache(createMemoryStore(), expect.unreachable);
    const options = { photos: folder, validation: 0.2, seed: 1, cache, progress };
    await checkPhotos({ ...options, pool });
    const idle: Pool = { ...pool, open: () => expect.unreachable() };
    expect((await checkPhotos({ ...options, pool: idle })).dataset.photos).toHaveLength(6);
  });

  it("are no damaged photos: those are left out with their reason", async () => {
    await fillClasses(folder, ["a", "b"], 4);
    const whole = await readFile(join(folder, "a/0.jpg"));
    await writeFile(join(folder, "a/0.jpg"), whole.subarray(0, whole.length - 200));
    const { skipped, photos } = await check();
    expect(photos).toHaveLength(7);
    expect(skipped).toEqual([{ path: join(folder, "a/0.jpg"), reason: expect.stringMatching(/damaged or cut off/) }]);
  });
});
