/** For every operation of every change to a model, and every way in which it can go wrong: readers never see a mixture. */
import { describe, expect, it } from "vitest";
import { Problem } from "../../shared/problem.ts";
import { promote, prune, publish, readPointer, remove, rollback } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";
import { createFaultyStore, type Fault, FaultError } from "../store/faulty.ts";
import { createMemoryStore } from "../store/memory.ts";
import { modelOf, steppingClock } from "./model.ts";
import { readWhole } from "./reader.ts";

const [first, second, third] = [await modelOf("first"), await modelOf("second"), await modelOf("third")];

const whatReadersSee = async (store: Store): Promise<string | undefined> => {
  try {
    return await readWhole(store);
  } catch (error) {
    if (error instanceof Problem && error.status === 404 && (await readPointer(store, "dogs")) === undefined)
      return undefined;
    throw error;
  }
};

/** Those published before, oldest first. */
type Versions = readonly string[];

const changes: Record<
  string,
  { before: (typeof first)[]; change: (store: Store, versions: Versions) => Promise<unknown> }
> = {
  "a first publish": { before: [], change: (store) => publish(store, { ...first, clock: steppingClock() }) },
  "a publish over another": {
    before: [first],
    change: (store) => publish(store, { ...second, clock: steppingClock("2026-02-01T12:00:00Z") }),
  },
  "a publish of what is published already": {
    before: [first, second],
    change: (store) => publish(store, { ...first, clock: steppingClock("2026-02-01T12:00:00Z") }),
  },
  "a publish without promotion": {
    before: [first],
    change: (store) => publish(store, { ...second, clock: steppingClock("2026-02-01T12:00:00Z"), promote: false }),
  },
  "a promotion": {
    before: [first, second],
    change: (store, [oldest]) => promote(store, "dogs", oldest!, steppingClock("2026-02-01T12:00:00Z")),
  },
  "a rollback": {
    before: [first, second],
    change: (store) => rollback(store, "dogs", steppingClock("2026-02-01T12:00:00Z")),
  },
  "the removal of the version before": {
    before: [first, second],
    change: (store, [oldest]) => remove(store, "dogs", oldest),
  },
  "the removal of a version in between": {
    before: [first, second, third],
    change: (store, [oldest]) => remove(store, "dogs", oldest),
  },
  "the removal of a model": { before: [first, second], change: (store) => remove(store, "dogs") },
  "a pruning": { before: [first, second], change: (store) => prune(store, { olderThan: new Date("2030-01-01") }) },
};

/** What was published before, as the objects of a store. */
const published = async (before: (typeof first)[]) => {
  const store = createMemoryStore();
  const clock = steppingClock();
  const versions: string[] = [];
  for (const model of before) versions.push((await publish(store, { ...model, clock })).version);
  const objects = await Promise.all(
    (await store.list("")).map(async ({ key }) => [key, (await store.get(key))!.bytes] as const),
  );
  return { versions, objects };
};

/**
 * Holds a kind of store to it.
 * @param emptyStore is called before each try; the one before is used no more
 */
export const describeFaults = (kind: string, emptyStore: () => Promise<Store>, faults: readonly Fault[]): void =>
  describe.each(Object.entries(changes))(`${kind}: %s`, (_, { before, change }) => {
    it.each(faults)("shows the old state or the new one whole when the store %s, at any operation", async (fault) => {
      const { versions, objects } = await published(before);
      const prepare = async (): Promise<Store> => {
        const store = await emptyStore();
        await Promise.all(objects.map(([key, bytes]) => store.put(key, bytes)));
        return store;
      };
      const untouched = await prepare();
      const old = await whatReadersSee(untouched);
      await change(untouched, versions);
      const changed = await whatReadersSee(untouched);

      const seen = new Set<string | undefined>();
      for (let at = 0, reached = true; reached; at++) {
        const store = await prepare();
        const faulty = createFaultyStore(store, at, fault);
        const failure = await change(faulty, versions).catch((error: unknown) => error);
        reached = faulty.operations() > at;
        if (reached) expect(failure).toBeInstanceOf(FaultError);
        const now = await whatReadersSee(store);
        expect([old, changed]).toContain(now);
        seen.add(now);

        // whoever repeats the change gets there, or is told that there is nothing left to change
        await change(store, versions).catch((error: unknown) => expect(error).toBeInstanceOf(Problem));
        expect([old, changed]).toContain(await whatReadersSee(store));
      }
      expect(seen).toContain(old);
    });
  });
