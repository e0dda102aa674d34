/**
 * Feature vectors of photos, computed once. What decides a vector names the folder it is kept in: the feature model's bytes
 * (and with them the backbone's), the engine, the input, the view and the version of the pixel path; inside, the photo's
 * sha256 finds it. A second run over the same photos decodes none of them.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { PIXEL_PATH_VERSION, type View } from "../../shared/pixels/pixels.ts";
import { Problem } from "../../shared/problem.ts";
import type { Work } from "./messages.ts";
import { readPacks, writePack } from "./pack.ts";
import type { Pool } from "./pool.ts";

export interface ExtractionProgress {
  done: number;
  total: number;
  /** Of `total`, those that were there already. */
  cached: number;
  /** Photos computed in a second. */
  rate: number;
  secondsLeft: number;
}

export interface ExtractOptions {
  pool: Pool;
  /** The backbone cut before its classifier, with the output `features`. */
  work: Required<Work>;
  /** `{}`, the plain centre view, by default. */
  view?: View;
  /** Such as `.whippet/cache`. */
  cache: string;
  onProgress?: ((progress: ExtractionProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface Extraction {
  /** In the order of the photos: the vector of `channels` numbers, or what is wrong with the photo. */
  features: (Float32Array | Problem)[];
  /** How many of them were not computed now. */
  cached: number;
}

/** Photos in a pack; as many are lost at most when the process dies. */
const packSize = 256;

export const extractFeatures = async (
  photos: readonly { path: string; sha256: string }[],
  options: ExtractOptions,
): Promise<Extraction> => {
  const { pool, work, view = {}, onProgress, signal } = options;
  const folder = join(options.cache, "features", keyOf(work, view));
  const known = await readPacks(folder, new Set(photos.map(({ sha256 }) => sha256)));
  const missing = photos.filter(({ sha256 }) => !known.has(sha256));
  const cached = photos.length - missing.length;
  if (missing.length === 0) {
    onProgress?.({ done: photos.length, total: photos.length, cached, rate: 0, secondsLeft: 0 });
    return { features: photos.map(({ sha256 }) => known.get(sha256)!), cached };
  }

  const opened = pool.open(work);
  const problems = new Map<string, Problem>();
  let pack = new Map<string, Float32Array>();
  let writing: Promise<void> = Promise.resolve();
  const flush = (): void => {
    const full = pack;
    pack = new Map();
    writing = writing.then(() => writePack(folder, full));
    // Whoever awaits `writing` at the end hears of a full disk; until then nobody listens
    writing.catch(() => undefined);
  };
  const started = performance.now();
  try {
    await pool.run(
      opened,
      missing.map(({ path }) => ({ photo: path, views: [view] })),
      {
        signal,
        onOutcome(index, outcome) {
          const { sha256 } = missing[index]!;
          if (outcome instanceof Problem) return void problems.set(sha256, outcome);
          known.set(sha256, outcome[0]!);
          pack.set(sha256, outcome[0]!);
          if (pack.size === packSize) flush();
        },
        onProgress(done, total) {
          const rate = done / Math.max((performance.now() - started) / 1000, 1e-3);
          onProgress?.({ done: cached + done, total: photos.length, cached, rate, secondsLeft: (total - done) / rate });
        },
      },
    );
  } finally {
    pool.free(opened);
    // Also after Ctrl-C: what is computed is kept, and the next run goes on from there
    flush();
    await writing;
  }
  return { features: photos.map(({ sha256 }) => known.get(sha256) ?? problems.get(sha256)!), cached };
};

const keyOf = ({ model, input }: Required<Work>, view: View): string => {
  const { engine, precision, bytes } = model;
  const { size, crop, interpolation, mean, std } = input;
  const { flip = false, zoom = 1, x = 0.5, y = 0.5 } = view;
  const what = [PIXEL_PATH_VERSION, engine, precision, size, crop, interpolation, mean, std, flip, zoom, x, y];
  return createHash("sha256").update(JSON.stringify(what)).update(bytes).digest("hex").slice(0, 32);
};
