/**
 * How far a training by gradient descent has come, kept in the cache by what decides it, so that a stopped one goes on from
 * there and ends in the same numbers as one that was never stopped. An entry is a JSON line (facts, and how many numbers
 * each array has) and the arrays as Float32.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { bytesOf } from "../../shared/hash.ts";
import type { Cache } from "../cache.ts";

export interface Snapshot<Facts> {
  /** What JSON can hold. */
  facts: Facts;
  numbers: Float32Array[];
}

export interface Checkpoint<Facts> {
  read(): Promise<Snapshot<Facts> | undefined>;
  write(snapshot: Snapshot<Facts>): Promise<void>;
  /** As `write`, but only where the last one was long enough ago that writing costs next to nothing. */
  offer(take: () => Promise<Snapshot<Facts>>): Promise<void>;
}

export interface CheckpointOptions<Facts> {
  cache: Cache;
  /** Settings and versions that decide what is trained. */
  settings: unknown;
  /** Features and labels. */
  data: readonly ArrayBufferView[];
  facts: z.ZodType<Facts>;
}

/** Milliseconds. Losing a second of training is no loss; a write after every epoch of ten milliseconds would be one. */
const SECOND = 1000;
/** However slow the store, the time between two writes is ten times as long as a write. */
const REST = 10;

export const openCheckpoint = <Facts>(options: CheckpointOptions<Facts>): Checkpoint<Facts> => {
  const { cache, settings, data, facts } = options;
  const hash = createHash("sha256").update(JSON.stringify(settings));
  for (const part of data) hash.update(bytesOf(part));
  const key = `head/${hash.digest("hex")}`;
  const indexSchema = z.object({ facts, lengths: z.array(z.int().nonnegative()) });
  let due = performance.now() + SECOND;

  const write = async ({ facts, numbers }: Snapshot<Facts>): Promise<void> => {
    const begun = performance.now();
    const line = Buffer.from(`${JSON.stringify({ facts, lengths: numbers.map(({ length }) => length) })}\n`);
    await cache.write(key, Buffer.concat([line, ...numbers.map(bytesOf)]));
    const ended = performance.now();
    due = ended + Math.max(SECOND, REST * (ended - begun));
  };

  return {
    write,
    async read() {
      const content = await cache.read(key);
      if (content === undefined) return undefined;
      const start = content.indexOf("\n".charCodeAt(0)) + 1;
      const index: unknown = JSON.parse(new TextDecoder().decode(content.subarray(0, start)));
      const { facts, lengths } = indexSchema.parse(index);
      const all = new Float32Array(Uint8Array.from(content.subarray(start)).buffer);
      let at = 0;
      return { facts, numbers: lengths.map((length) => all.slice(at, (at += length))) };
    },
    async offer(take) {
      if (performance.now() >= due) await write(await take());
    },
  };
};
