/**
 * What a model says of photos, computed once: features of a backbone, logits for the gate. What decides it names the folder
 * it is kept in: the model's bytes, the engine and its version, the input and the version of the pixel path; inside, the
 * photo's sha256 and the view find it. A second run over the same photos decodes none of them.
 */
import { createHash } from "node:crypto";
import { PIXEL_PATH_VERSION } from "../../shared/pixels/pixels.ts";
import { Problem } from "../../shared/problem.ts";
import type { AugmentedView } from "../augment/augmentation.ts";
import type { Cache } from "../cache.ts";
import { group } from "../dataset/group.ts";
import type { Work } from "./messages.ts";
import { readPacks, writePack } from "./pack.ts";
import type { Pool } from "./pool.ts";
import { runtimeOf } from "./runtime.ts";

export interface ExtractionProgress {
  done: number;
  total: number;
  /** Of `total`, those that were there already. */
  cached: number;
}

export interface ExtractOptions {
  pool: Pool;
  /** With a model, such as a backbone cut before its classifier; without one the tensor itself comes out. */
  work: Work;
  /** What is kept of each output: all of it by default. */
  distil?: Distil;
  /** Keeps the looks apart from others of the same work: whoever reads them reads no more than these. */
  shelf?: string;
  cache: Cache;
  onProgress?: ((progress: ExtractionProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface Distil {
  /** Names what is kept; another name whenever the same output gives other numbers. */
  name: string;
  of(output: Float32Array): Float32Array;
}

export interface Extraction {
  /** In the order of the photos: the vector of `channels` numbers, or what is wrong with the photo. */
  features: (Float32Array | Problem)[];
  /** How many of them were not computed now. */
  cached: number;
}

/** Photos in a pack, and milliseconds after which a smaller one is written: no more is lost when the process dies. */
const packSize = 256;
const packTime = 10_000;

/** One look at a photo. */
export interface Look {
  path: string;
  /** Of the photo. */
  sha256: string;
  /** The plain centre view by default. */
  view?: AugmentedView;
}

export const extractFeatures = async (looks: readonly Look[], options: ExtractOptions): Promise<Extraction> => {
  const { pool, work, distil, shelf, cache, onProgress, signal } = options;
  const folder = `${await folderOf(work, distil?.name)}${shelf === undefined ? "" : `-${shelf}`}`;
  const photos = looks.map((look) => ({ ...look, key: keyOf(look) }));
  const known = await readPacks(cache, folder, new Set(photos.map(({ key }) => key)));
  const missing = photos.filter(({ key }) => !known.has(key));
  const cached = photos.length - missing.length;
  if (missing.length === 0) {
    onProgress?.({ done: photos.length, total: photos.length, cached });
    return { features: photos.map(({ key }) => known.get(key)!), cached };
  }

  // looks at one photo go together, so that it is decoded once
  const items = [...group(missing, ({ sha256 }) => sha256).values()];
  let done = cached;
  const opened = pool.open(work);
  const problems = new Map<string, Problem>();
  let pack = new Map<string, Float32Array>();
  let flushed = performance.now();
  let writing: Promise<void> = Promise.resolve();
  const flush = (): void => {
    const full = pack;
    pack = new Map();
    flushed = performance.now();
    writing = writing.then(() => writePack(cache, folder, full));
    // Whoever awaits `writing` at the end hears of a full disk; until then nobody listens
    writing.catch(() => undefined);
  };
  try {
    await pool.run(
      opened,
      items.map((looks) => ({ photo: looks[0]!.path, views: looks.map(({ view = {} }) => view) })),
      {
        signal,
        onOutcome(index, outcome) {
          const looks = items[index]!;
          for (const [place, { key }] of looks.entries()) {
            if (outcome instanceof Problem) problems.set(key, outcome);
            else {
              const kept = distil ? distil.of(outcome[place]!) : outcome[place]!;
              known.set(key, kept);
              pack.set(key, kept);
            }
          }
          if (pack.size >= packSize || performance.now() - flushed > packTime) flush();
          done += looks.length;
          onProgress?.({ done, total: photos.length, cached });
        },
      },
    );
  } finally {
    pool.free(opened);
    // Also after Ctrl-C: what is computed is kept, and the next run goes on from there
    flush();
    await writing;
  }
  return { features: photos.map(({ key }) => known.get(key) ?? problems.get(key)!), cached };
};

const folderOf = async ({ model, input }: Work, distilled = "features"): Promise<string> => {
  const { size, crop, interpolation, mean, std } = input;
  const seen = [size, crop, interpolation, mean, std];
  const hash = createHash("sha256");
  if (model) {
    const { engine, precision, bytes } = model;
    const runtime = await runtimeOf(bytes, engine);
    hash.update(JSON.stringify([PIXEL_PATH_VERSION, engine, runtime, precision, ...seen])).update(bytes);
  } else hash.update(JSON.stringify([PIXEL_PATH_VERSION, ...seen]));
  return `${distilled}/${hash.digest("hex").slice(0, 32)}`;
};

/** A plain view is found by its photo's own hash. */
const keyOf = ({ sha256, view = {} }: Look): string => {
  if (Object.keys(view).length === 0) return sha256;
  const { flip = false, zoom = 1, x = 0.5, y = 0.5, ...augmented } = view;
  return createHash("sha256")
    .update(JSON.stringify([sha256, flip, zoom, x, y, ...Object.entries(augmented).flat()]))
    .digest("hex");
};
