/** A store that goes wrong at one operation, in each way that a network, a disk or a killed process can. */
import type { Store, StoredObject } from "../../shared/store/store.ts";

export const faults = [
  "fails once",
  "fails from then on",
  "loses the answer once",
  "dies after it",
  "dies half-way through it",
] as const;
export type Fault = (typeof faults)[number];

export class FaultError extends Error {}

/**
 * `store`, but its operation number `at` (from 0) goes wrong. A lost answer is an operation that was done and yet failed;
 * a process that dies does the operation (of a removal of several keys perhaps half) and nothing more.
 */
export const createFaultyStore = (store: Store, at: number, fault: Fault): Store & { operations(): number } => {
  let operations = 0;
  let dead = false;

  const attempt = async <T>(whole: () => Promise<T>, half: () => Promise<unknown> = whole): Promise<T> => {
    const here = operations++ === at;
    if (dead || (here && fault.startsWith("fails"))) {
      dead = fault !== "fails once";
      throw new FaultError(`operation ${operations - 1} failed`);
    }
    if (!here) return whole();
    await (fault === "dies half-way through it" ? half() : whole());
    dead = fault.startsWith("dies");
    throw new FaultError(`operation ${at} was done, but its answer was lost`);
  };

  function get(key: string): Promise<StoredObject | undefined>;
  function get(key: string, known: string | undefined): Promise<StoredObject | "unchanged" | undefined>;
  function get(key: string, known?: string): Promise<StoredObject | "unchanged" | undefined> {
    return attempt(() => store.get(key, known));
  }

  return {
    url: store.url,
    get,
    getPart: (key, start, end) => attempt(() => store.getPart(key, start, end)),
    put: (key, bytes, options) => attempt(() => store.put(key, bytes, options)),
    list: (prefix) => attempt(() => store.list(prefix)),
    remove: (keys) =>
      attempt(
        () => store.remove(keys),
        () => store.remove(keys.slice(0, keys.length / 2)),
      ),
    operations: () => operations,
  };
};
