/** Synthetic photos for tests: seeded noise under a shape whose kind and colour are the class. Drawn by sharp. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";

/** Numbers in [0, 1) from a 32-bit seed: mulberry32. Source: Tommy Ettinger, public domain. */
export const random = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

export const classes = ["circles", "stripes", "triangles", "squares", "stars"] as const;
export type DrawnClass = (typeof classes)[number];

const shapes: Record<DrawnClass, (x: number, y: number, r: number) => string> = {
  circles: (x, y, r) => `<circle cx="${x}" cy="${y}" r="${r}"/>`,
  stripes: (x, y, r) =>
    [-2, -1, 0, 1, 2]
      .map((i) => `<rect x="${x - r}" y="${y + (i * r) / 2.5}" width="${2 * r}" height="${r / 5}"/>`)
      .join(""),
  triangles: (x, y, r) => `<polygon points="${x},${y - r} ${x - r},${y + r} ${x + r},${y + r}"/>`,
  squares: (x, y, r) => `<rect x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}"/>`,
  stars: (x, y, r) =>
    `<polygon points="${Array.from({ length: 10 }, (_, i) => {
      const a = (i * Math.PI) / 5;
      const d = i % 2 ? r * 0.4 : r;
      return `${x + d * Math.sin(a)},${y - d * Math.cos(a)}`;
    }).join(" ")}"/>`,
};

/** One photo of a class as raw sharp pipeline, `width` x `height`; encode it with `.jpeg()`, `.png()` or `.webp()`. */
export const draw = (kind: DrawnClass, seed: number, width = 320, height = 240): Sharp => {
  const next = random(seed * 7919 + classes.indexOf(kind));
  const short = Math.min(width, height);
  const hue = Math.floor((classes.indexOf(kind) * 360) / classes.length + next() * 40);
  const marks = Array.from({ length: 3 }, () =>
    shapes[kind](width * (0.3 + 0.4 * next()), height * (0.3 + 0.4 * next()), short * (0.12 + 0.15 * next())),
  ).join("");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="hsl(${Math.floor(next() * 360)},30%,${30 + Math.floor(next() * 40)}%)"/>
    <g fill="hsl(${hue},80%,50%)" stroke="black" stroke-width="2">${marks}</g></svg>`;
  return sharp(Buffer.from(svg)).flatten();
};

/** Where the things of a mixture lie: four corners and the middle, of 320 x 240. */
const places = [
  [80, 65],
  [240, 65],
  [80, 180],
  [240, 180],
  [160, 120],
] as const;

/** A photo of several things, each of its class's kind and colour, in places that the seed decides; of nothing for no kinds. */
export const drawMixture = (kinds: readonly DrawnClass[], seed: number): Sharp => {
  const next = random(seed * 6421 + 17);
  const free = places
    .map((place) => ({ place, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ place }) => place);
  const things = kinds.map((kind, at) => {
    const [x, y] = free[at]!;
    const hue = Math.floor((classes.indexOf(kind) * 360) / classes.length + next() * 40);
    const shape = shapes[kind](x + 20 * next() - 10, y + 20 * next() - 10, 32 + 14 * next());
    return `<g fill="hsl(${hue},80%,50%)" stroke="black" stroke-width="2">${shape}</g>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240">
    <rect width="100%" height="100%" fill="hsl(${Math.floor(next() * 360)},30%,${30 + Math.floor(next() * 40)}%)"/>${things.join("")}</svg>`;
  return sharp(Buffer.from(svg)).flatten();
};

/** A photo as full of things as those that people take: forty shapes of any size, colour and place. */
export const drawScene = (seed: number, width = 320, height = 240): Sharp => {
  const next = random(seed * 104_729 + 1);
  const colour = () => `hsl(${Math.floor(next() * 360)},${Math.floor(next() * 90)}%,${15 + Math.floor(next() * 70)}%)`;
  const things = Array.from({ length: 40 }, () => {
    const shape = shapes[classes[Math.floor(next() * classes.length)]!];
    const size = height * (0.02 + 0.16 * next() ** 2);
    return `<g fill="${colour()}">${shape(width * next(), height * next(), size)}</g>`;
  }).join("");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="${colour()}"/><rect width="100%" height="40%" fill="${colour()}"/>${things}</svg>`;
  return sharp(Buffer.from(svg)).flatten();
};

/**
 * Fills `folder` with `count` JPEGs of any number of the classes, and a `labels.csv` of path,labels.
 *
 * @returns each file's labels
 */
export const drawMixtures = async (folder: string, count: number, seed = 1): Promise<Map<string, DrawnClass[]>> => {
  await mkdir(folder, { recursive: true });
  const next = random(seed * 31 + 5);
  const drawn = new Map<string, DrawnClass[]>();
  for (let i = 0; i < count; i++) {
    const kinds = classes.filter(() => next() < 0.4);
    drawn.set(`${i}.jpg`, kinds);
    await writeFile(
      join(folder, `${i}.jpg`),
      await drawMixture(kinds, seed * 1000 + i)
        .jpeg()
        .toBuffer(),
    );
  }
  const rows = [...drawn].map(([file, kinds]) => `${file},${kinds.join("|")}\n`);
  await writeFile(join(folder, "labels.csv"), `path,labels\n${rows.join("")}`);
  return drawn;
};

/** Fills `folder` with `perClass` JPEGs for each of the first `count` classes, a folder per class. */
export const drawFolder = async (folder: string, count: number, perClass: number, seed = 1): Promise<void> => {
  for (const kind of classes.slice(0, count)) {
    await mkdir(join(folder, kind), { recursive: true });
    for (let i = 0; i < perClass; i++)
      await writeFile(
        join(folder, kind, `${kind}-${i}.jpg`),
        await draw(kind, seed * 1000 + i)
          .jpeg()
          .toBuffer(),
      );
  }
};
