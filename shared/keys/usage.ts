/** How often a key was used on a day: one small object that instances add to by compare-and-swap. */
import { z } from "zod";
import { ConflictError, type Store, type StoredObject } from "../store/store.ts";

const usageSchema = z.object({
  requests: z.int().nonnegative(),
  /** Chance: a conditional write of equal bytes counts as one that came through, and no two may be equal. */
  writer: z.string(),
});

/** What is counted so far. */
export const readUsage = async (store: Store, hash: string, day: string): Promise<number> =>
  requestsIn(await store.get(usageObject(hash, day)));

const requestsIn = (found: StoredObject | undefined): number =>
  found ? usageSchema.parse(JSON.parse(new TextDecoder().decode(found.bytes))).requests : 0;

/** Begins the names of a key's counts. */
export const usageOf = (hash: string): string => `usage/${hash}/`;

const usageObject = (hash: string, day: string): string => `${usageOf(hash)}${day}.json`;

/** More than this many lost races in a row mean that something else is wrong. */
const ROUNDS = 10;

/** Those of other instances included. */
export interface Usage {
  requests: number;
  /** Nothing was added: the quota was used up already. */
  full: boolean;
}

/**
 * Adds `requests` to what is counted, unless that has reached `quota`: what is refused costs no write.
 * @throws ConflictError when others were always first
 */
export const addUsage = async (
  store: Store,
  { hash, day, requests, quota }: { hash: string; day: string; requests: number; quota: number },
): Promise<Usage> => {
  const object = usageObject(hash, day);
  for (let round = 1; ; round++) {
    const found = await store.get(object);
    const before = requestsIn(found);
    if (before >= quota) return { requests: before, full: true };
    const usage = { requests: before + requests, writer: crypto.randomUUID() };
    try {
      await store.put(object, new TextEncoder().encode(JSON.stringify(usage)), {
        contentType: "application/json",
        only: found ? { etag: found.etag } : "absent",
      });
      return { requests: usage.requests, full: false };
    } catch (error) {
      if (!(error instanceof ConflictError) || round === ROUNDS) throw error;
    }
  }
};
