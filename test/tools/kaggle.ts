/**
 * A folder as Kaggle gives out the dog breed competition, its photos drawn: labels.csv, sample_submission.csv, train/ and
 * test/, each photo `<id>.jpg`. Drawing thousands takes a millisecond each.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { inParallel } from "../../shared/parallel.ts";
import { random } from "../drawing.ts";
import { kaggleLabels } from "../require.ts";

export interface LabelledId {
  id: string;
  breed: string;
}

/** As Kaggle's are: 32 hexadecimal digits. */
export const idOf = (what: string): string => createHash("md5").update(what).digest("hex");

/** Made-up breeds, `perBreed` photos of each, in no order. */
export const labelsOf = (breeds: readonly string[], perBreed: (place: number) => number): LabelledId[] =>
  breeds
    .flatMap((breed, place) =>
      Array.from({ length: perBreed(place) }, (_, photo) => ({ id: idOf(`${breed} ${photo}`), breed })),
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));

const BREEDS = 120;
const PHOTOS = 10_222;

/** The competition's own table where it is at hand, one of the same shape otherwise: 120 breeds, 10,222 photos. */
export const competitionLabels = async (): Promise<LabelledId[]> => {
  if (!existsSync(kaggleLabels)) {
    const breeds = Array.from({ length: BREEDS }, (_, place) => `breed_${String(place + 1).padStart(3, "0")}`);
    return labelsOf(breeds, (place) => Math.floor(PHOTOS / BREEDS) + (place < PHOTOS % BREEDS ? 1 : 0));
  }
  const [, ...lines] = (await readFile(kaggleLabels, "utf8")).trim().split("\n");
  return lines.map((line) => {
    const [id = "", breed = ""] = line.trim().split(",");
    return { id, breed };
  });
};

const SIDE = 96;

/**
 * Stripes whose direction, width and two colours are the class's, bent and shifted by chance, behind five discs of any
 * colour: no two are alike, and a network tells the classes apart.
 */
const paint = (kind: number, seed: number): Uint8Array => {
  const own = random(kind * 7919 + 1);
  const [angle, width] = [Math.PI * own(), 3 + 9 * own()];
  const colours = Array.from({ length: 2 }, () => [255 * own(), 255 * own(), 255 * own()]);
  const next = random(seed * 104_729 + 3);
  const [shift, bend, phase] = [50 * next(), 4 + 8 * next(), 6 * next()];
  const turned = angle + 0.3 * (next() - 0.5);
  const discs = Array.from({ length: 5 }, () => ({
    x: SIDE * next(),
    y: SIDE * next(),
    reach: (4 + 12 * next()) ** 2,
    colour: [255 * next(), 255 * next(), 255 * next()],
  }));
  const [right, down] = [Math.cos(turned) / width, Math.sin(turned) / width];
  const pixels = new Uint8Array(SIDE * SIDE * 3);
  for (let y = 0, at = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const disc = discs.find((disc) => (x - disc.x) ** 2 + (y - disc.y) ** 2 < disc.reach);
      const wave = 0.5 + 0.5 * Math.sin(right * (x + shift) + down * (y + shift) + Math.sin(x / bend + phase));
      for (const channel of [0, 1, 2]) {
        const striped = colours[0]![channel]! * wave + colours[1]![channel]! * (1 - wave);
        pixels[at++] = disc ? disc.colour[channel]! : striped;
      }
    }
  return pixels;
};

const jpegOf = (kind: number, seed: number): Promise<Buffer> =>
  sharp(paint(kind, seed), { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer();

/** Other bytes for the same picture: a comment right after the file's beginning. Source: ITU-T T.81, B.2.4.5. */
const withComment = (jpeg: Buffer, text: string): Buffer => {
  const comment = Buffer.from(text);
  const segment = Buffer.from([0xff, 0xfe, 0, comment.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), segment, comment, jpeg.subarray(2)]);
};

/** Pictures that the photos to be predicted are made of, over and over: nothing looks for likeness among them. */
const TEST_PICTURES = 200;
/** Photos drawn at once. */
const AT_ONCE = 8;

export const drawKaggleFolder = async (
  folder: string,
  labels: readonly LabelledId[],
  tests: readonly string[],
): Promise<void> => {
  const breeds = [...new Set(labels.map(({ breed }) => breed))].sort();
  for (const part of ["train", "test"]) await mkdir(join(folder, part), { recursive: true });
  const table = labels.map(({ id, breed }) => `${id},${breed}\n`).join("");
  await writeFile(join(folder, "labels.csv"), `id,breed\n${table}`);
  await inParallel(labels, AT_ONCE, async ({ id, breed }, seed) =>
    writeFile(join(folder, "train", `${id}.jpg`), await jpegOf(breeds.indexOf(breed), seed)),
  );

  const pictures = await Promise.all(
    Array.from({ length: Math.min(tests.length, TEST_PICTURES) }, (_, i) =>
      jpegOf(i % breeds.length, labels.length + i),
    ),
  );
  await inParallel(tests, AT_ONCE, (id, i) =>
    writeFile(join(folder, "test", `${id}.jpg`), withComment(pictures[i % pictures.length]!, id)),
  );
  const even = breeds.map(() => 1 / breeds.length);
  const rows = tests.map((id) => `${id},${even}\n`).join("");
  await writeFile(join(folder, "sample_submission.csv"), `id,${breeds}\n${rows}`);
};
