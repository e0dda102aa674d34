/** Sets whose photos look alike from afar: one thing on a plain ground, X-rays, pages. None of them may become a few "pictures". */
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCache } from "../../training/cache.ts";
import { groupNearDuplicates } from "../../training/dataset/near/near-duplicates.ts";
import { createPause } from "../../training/dataset/near/pause.ts";
import { createPool, type Pool } from "../../training/features/pool.ts";
import { checkPhotos } from "../../training/read-photos.ts";
import { draw, drawScene, random } from "../drawing.ts";
import { createMemoryStore } from "../store/memory.ts";
import { emptyFolder, fillClasses } from "./folder.ts";

const progress = { line: () => undefined, stage: () => ({ update: () => undefined, end: () => undefined }) };

let pool: Pool;
beforeAll(() => {
  pool = createPool({ workers: 2 });
});
afterAll(() => pool.close());

const check = async (folder: string) => {
  const cache = createCache(createMemoryStore(), expect.unreachable);
  return (await checkPhotos({ photos: folder, validation: 0.2, seed: 1, pool, cache, progress })).dataset;
};

type Next = () => number;
const around = (next: Next, value: number, share: number): number => value * (1 + share * (next() - 0.5));

const product =
  (coloured: boolean) =>
  (next: Next, second: boolean): string => {
    const [x, y, r] = [160 + 16 * (next() - 0.5), 120 + 12 * (next() - 0.5), 45 + 20 * (next() - 0.5)];
    const fill = coloured ? `hsl(${Math.floor(next() * 360)},40%,40%)` : "#555";
    const thing = second
      ? `<rect x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}" transform="rotate(${45 * next()} ${x} ${y})"/>`
      : `<circle cx="${x}" cy="${y}" r="${r}"/>`;
    return `<rect width="320" height="240" fill="#f4f4f2"/><g fill="${fill}">${thing}</g>`;
  };

const xRay = (next: Next, second: boolean): string => {
  const g = (value: number) => around(next, value, 0.06);
  const lungs = [112, 208].map((x) => `<ellipse cx="${g(x)}" cy="${g(120)}" rx="${g(40)}" ry="${g(75)}" fill="#222"/>`);
  const ribs = Array.from({ length: 7 }, (_, i) =>
    [-1, 1].map(
      (side) =>
        `<path d="M160 ${g(60 + 20 * i)} q ${side * g(50)} ${g(-14)} ${side * g(88)} ${g(20)}" stroke="#bbb" stroke-width="${g(6)}" fill="none" opacity=".5"/>`,
    ),
  );
  const spots = Array.from(
    { length: second ? 3 : 0 },
    () =>
      `<circle cx="${110 + 100 * next()}" cy="${90 + 80 * next()}" r="${5 + 8 * next()}" fill="#ddd" opacity=".6"/>`,
  );
  return `<rect width="320" height="240"/><g filter="url(#soft)"><ellipse cx="${g(160)}" cy="${g(130)}" rx="${g(120)}" ry="${g(110)}" fill="#666"/>
    ${lungs.join("")}${ribs.flat().join("")}${spots.join("")}</g>`;
};

const page = (next: Next, second: boolean): string => {
  let lines = "";
  for (let y = second ? 60 : 16; y < 228; y += 9)
    for (let x = 20; x < 290; ) {
      const width = Math.min(300 - x, 6 + 24 * next());
      lines += `<rect x="${x}" y="${y}" width="${width}" height="5"/>`;
      x += width + 4;
    }
  return `<rect width="320" height="240" fill="#fdfdfb"/><g fill="#222">${lines}</g>`;
};

/** As written by hand: strokes through places that are never quite the same. */
const digit = (next: Next, second: boolean): string => {
  const at = (x: number, y: number) => `${x + 30 * (next() - 0.5)} ${y + 30 * (next() - 0.5)}`;
  const path = second
    ? `M${at(110, 50)} L${at(210, 50)} L${at(140, 200)}`
    : `M${at(150, 60)} L${at(170, 40)} L${at(165, 200)}`;
  return `<rect width="320" height="240" fill="#fff"/><path d="${path}" stroke="#000" stroke-width="${around(next, 18, 0.4)}" stroke-linecap="round" fill="none"/>`;
};

const drawn = async (inner: string): Promise<Buffer> => {
  const soft = '<filter id="soft"><feGaussianBlur stdDeviation="3"/></filter>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240">${soft}${inner}</svg>`;
  return sharp(Buffer.from(svg)).flatten().jpeg({ quality: 85 }).toBuffer();
};

const PER_CLASS = 60;

const fillSet = async (photo: (next: Next, second: boolean) => string): Promise<string> => {
  const folder = await emptyFolder();
  const next = random(7);
  for (const label of ["one", "two"]) {
    await mkdir(join(folder, label));
    for (let index = 0; index < PER_CLASS; index++)
      await writeFile(join(folder, label, `${index}.jpg`), await drawn(photo(next, label === "two")));
  }
  return folder;
};

const sets = {
  "coloured things on white": product(true),
  "grey things on white": product(false),
  "X-rays": xRay,
  pages: page,
  "digits written by hand": digit,
};

describe("photos that look alike from afar", () => {
  it.each(Object.entries(sets))("are no near duplicates: %s", async (_, photo) => {
    const { nearDuplicates, photos, warnings } = await check(await fillSet(photo));
    // two of a hundred things of one shape, size and place are hardly to be told apart, and may be grouped
    expect(Math.max(0, ...nearDuplicates.map(({ paths }) => paths.length))).toBeLessThanOrEqual(3);
    expect(nearDuplicates.flatMap(({ paths }) => paths).length).toBeLessThan(0.25 * photos.length);
    expect(nearDuplicates.filter(({ labels }) => labels.length > 1)).toEqual([]);
    expect(warnings).toEqual([]);
    for (const label of [0, 1])
      expect(photos.filter((one) => one.label === label && one.part === "validation")).toHaveLength(PER_CLASS / 5);
  });

  it("are told from true copies all the same", async () => {
    const folder = await fillSet(xRay);
    for (const index of [3, 5, 8])
      await sharp(join(folder, "two", `${index}.jpg`))
        .resize(200)
        .jpeg()
        .toFile(join(folder, "two", `${index}-copy.jpg`));
    const { nearDuplicates } = await check(folder);
    const found = nearDuplicates.map(({ paths }) => paths.map((path) => basename(path, ".jpg")).sort());
    expect(found.sort()).toEqual([
      ["3", "3-copy"],
      ["5", "5-copy"],
      ["8", "8-copy"],
    ]);
  });

  it("are split all the same where a class is nearly one picture, and that is told", async () => {
    const folder = await emptyFolder();
    await fillClasses(folder, ["b"], 12);
    await mkdir(join(folder, "a"));
    const picture = await draw("stars", 1).png().toBuffer();
    for (let quality = 30; quality < 42; quality++)
      await sharp(picture)
        .jpeg({ quality })
        .toFile(join(folder, "a", `${quality}.jpg`));
    const { photos, warnings } = await check(folder);
    expect(warnings.join()).toMatch(/most photos of "a" are nearly one picture; .*add photos that differ/);
    expect(photos.filter(({ label, part }) => label === 0 && part === "validation").length).toBeGreaterThan(0);
  });

  it("are split all the same where too much of a class is one picture, and that is told", async () => {
    const folder = await emptyFolder();
    for (const label of ["a", "b"]) await mkdir(join(folder, label));
    for (let index = 0; index < 40; index++)
      await drawScene(index)
        .jpeg()
        .toFile(join(folder, index % 2 ? "a" : "b", `${index}.jpg`));
    for (let quality = 30; quality < 37; quality++)
      await drawScene(0)
        .jpeg({ quality })
        .toFile(join(folder, "b", `copy-${quality}.jpg`));
    const { photos, warnings, nearDuplicates } = await check(folder);
    expect(nearDuplicates).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(/^8 of the 27 photos of "b" look like one picture; .*may flatter/),
    ]);
    expect(photos.filter(({ label, part }) => label === 1 && part === "validation")).toHaveLength(5);
  });

  it("are split by class where a class is copied into another, and that is told", async () => {
    const folder = await emptyFolder();
    for (const label of ["a", "b"]) await mkdir(join(folder, label));
    for (let index = 0; index < 30; index++) {
      await drawScene(index)
        .jpeg()
        .toFile(join(folder, index % 2 ? "a" : "b", `${index}.jpg`));
      if (index % 4 === 0)
        await drawScene(index)
          .jpeg({ quality: 40 })
          .toFile(join(folder, "a", `${index}.jpg`));
    }
    const { photos, warnings, nearDuplicates } = await check(folder);
    expect(nearDuplicates).toEqual([]);
    expect(warnings.join("\n")).toMatch(
      /8 of the 23 photos of "a" look like photos of other classes; .*labels are right/,
    );
    for (const label of [0, 1])
      expect(photos.filter((one) => one.label === label && one.part === "validation").length).toBeGreaterThan(2);
  });

  it("let Ctrl-C through while they are compared", async () => {
    const print = () => Float32Array.from({ length: 32 * 32 + 128 }, () => 255 * Math.random());
    const photos = Array.from({ length: 3000 }, (_, index) => ({ print: print(), label: `${index % 2}` }));
    const stop = new AbortController();
    const shares: number[] = [];
    const pause = createPause((share) => {
      shares.push(share);
      if (shares.length === 3) stop.abort(new Error("Ctrl-C"));
    }, stop.signal);
    await expect(groupNearDuplicates(photos, pause)).rejects.toThrow("Ctrl-C");
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBeLessThan(1);
  });
});
