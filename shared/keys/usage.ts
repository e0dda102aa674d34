/** How often a key was used on a day: one small object that instances add to by compare-and-swap. */
import { z } from "zod";
import { ConflictError, type Store } from "../store/store.ts";

const usageSchema = z.object({
  requests: z.int().nonnegative(),
  /** Chance: a conditional write of equal bytes counts as one that came through, and no two may be equal. */
  writer: z.string(),
});

const usageObject = (hash: string, day: string): string => `usage/${hash}/${day}.json`;

/** More than this many lost races in a row mean that something else is wrong. */
const ROUNDS = 10;

/**
 * Adds `requests` to what is counted.
 * @returns what is counted now, those of other instances included
 * @throws ConflictError when others were always first
 */
export const addUsage = async (store: Store, hash: string, day: string, requests: number): Promise<number> => {
  const object = usageObject(hash, day);
  for (let round = 1; ; round++) {
    const found = await store.get(object);
    const before = found ? usageSchema.parse(JSON.parse(new TextDecoder().decode(found.bytes))).requests : 0;
    if (requests === 0) return before;
    const usage = { requests: before + requests, writer: crypto.randomUUID() };
    try {
      await store.put(object, new TextEncoder().encode(JSON.stringify(usage)), {
        contentType: "application/json",
        only: found ? { etag: found.etag } : "absent",
      });
      return usage.requests;
    } catch (error) {
      if (!(error instanceof ConflictError) || round === ROUNDS) throw error;
    }
  }
};
