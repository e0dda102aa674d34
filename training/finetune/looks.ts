/**
 * Rows of photos, look by look: what the trained blocks read. A look's rows are computed once and kept where that costs less than
 * to compute them again, so that all heads of a training share them; else they are computed batch by batch, ahead of the
 * optimizer.
 */
import { Problem } from "../../shared/problem.ts";
import { augmentedView } from "../augment/augmentation.ts";
import { type ExtractOptions, extractFeatures, type Look } from "../features/extract.ts";

export interface LooksOptions extends Pick<ExtractOptions, "pool" | "cache" | "work" | "signal"> {
  photos: readonly { path: string; sha256: string }[];
  /** Numbers in a row. */
  width: number;
  seed: number;
}

export interface Looks {
  /**
   * Rows of photos, a batch at a time.
   *
   * @param order places of the photos
   * @param number of the look; 0 is the plain one
   */
  batches(order: Int32Array, number: number, size: number): AsyncGenerator<Float32Array>;
}

/** Bytes of one look at all photos: more would fill disks, and memory, sooner than it saves time. */
const MOST_KEPT = 256e6;

export const openLooks = (options: LooksOptions): Looks => {
  const { photos, width, seed, work } = options;
  const look = (photo: number, number: number): Look => {
    const { path, sha256 } = photos[photo]!;
    return { path, sha256, view: augmentedView({ sha256 }, number, seed) };
  };
  // a photo's own tensor is cheaper to make than to read
  const kept = work.model !== undefined && 4 * width * photos.length <= MOST_KEPT;
  return { batches: kept ? keptRows(options, look) : freshRows(options, look) };
};

type LookAt = (photo: number, number: number) => Look;

const keptRows = (options: LooksOptions, look: LookAt): Looks["batches"] => {
  const { photos, width } = options;
  /** The plain look is asked for again and again, any other by one epoch after the other. */
  const rows = new Map<number, readonly Float32Array[]>();
  const read = async (number: number): Promise<readonly Float32Array[]> => {
    const known = rows.get(number);
    if (known) return known;
    const looks = photos.map((_, photo) => look(photo, number));
    const { features } = await extractFeatures(looks, { ...options, shelf: String(number) });
    const sound = features.map((row, photo) => soundRow(row, photos[photo]!.path));
    for (const other of rows.keys()) if (other !== 0) rows.delete(other);
    rows.set(number, sound);
    return sound;
  };
  return async function* (order, number, size) {
    const all = await read(number);
    for (let from = 0; from < order.length; from += size) {
      const batch = order.subarray(from, from + size);
      yield joined(
        Array.from(batch, (photo) => all[photo]!),
        width,
      );
    }
  };
};

const freshRows = ({ pool, work, width, photos, signal }: LooksOptions, look: LookAt): Looks["batches"] =>
  async function* (order, number, size) {
    const opened = pool.open(work);
    try {
      const items = Array.from(order, (photo) => {
        const { path, view = {} } = look(photo, number);
        return { photo: path, views: [view] };
      });
      let rows: Float32Array[] = [];
      let at = 0;
      for await (const outcome of pool.stream(opened, items, signal)) {
        const { path } = photos[order[at++]!]!;
        rows.push(soundRow(outcome instanceof Problem ? outcome : outcome[0]!, path));
        if (rows.length < size && at < order.length) continue;
        yield joined(rows, width);
        rows = [];
      }
    } finally {
      pool.free(opened);
    }
  };

const soundRow = (row: Float32Array | Problem, path: string): Float32Array => {
  if (row instanceof Problem)
    throw new Error(`${path} cannot be looked at: ${row.message}; remove it, and train again`, { cause: row });
  return row;
};

/** Rows of one length, side by side. */
export const joined = (rows: readonly Float32Array[], width: number): Float32Array => {
  const all = new Float32Array(rows.length * width);
  for (const [at, row] of rows.entries()) all.set(row, at * width);
  return all;
};
