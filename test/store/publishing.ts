/** What every store promises to those who publish to it, and those who read meanwhile; run against each of them. */
import { describe, expect, it } from "vitest";
import { listVersions, publish, readPointer } from "../../shared/registry.ts";
import { ConflictError, type Store } from "../../shared/store/store.ts";
import { modelOf } from "../registry/model.ts";
import { readWhole } from "../registry/reader.ts";

const READERS = 3;

const at = (second: number) => ({ now: () => Date.UTC(2026, 0, 31, 12) + second * 1000 });

/** Big enough that writing one takes a moment. */
const modelNumber = (i: number) => modelOf(`model ${i}. `.repeat(2000));

/**
 * @param open an empty store, a new one at each call; each of its results is the store as another process sees it
 * @param publishes while others read
 */
export const describePublishing = (
  name: string,
  open: () => Promise<() => Promise<Store>>,
  publishes: number = 100,
): void => {
  describe(`${name}, published to and read at once,`, () => {
    it(`shows ${READERS} readers only whole versions, in order, during ${publishes} publishes`, async () => {
      const store = await open();
      const writer = await store();
      await publish(writer, { ...(await modelNumber(0)), clock: at(0) });
      let publishing = true;
      const reading = Array.from({ length: READERS }, async () => {
        const reader = await store();
        const seen: string[] = [];
        while (publishing) seen.push(await readWhole(reader));
        return seen;
      });
      for (let i = 1; i < publishes; i++) await publish(writer, { ...(await modelNumber(i)), clock: at(i) });
      publishing = false;
      for (const seen of await Promise.all(reading)) {
        expect(seen).toEqual([...seen].sort());
        expect(new Set(seen).size).toBeGreaterThan(3);
      }
      expect(await listVersions(writer, "dogs")).toHaveLength(publishes);
    });

    it("lets one of two who move a pointer at once win, and tells the other", async () => {
      const store = await open();
      const [one, other] = [await store(), await store()];
      const bytes = (text: string) => new TextEncoder().encode(text);
      for (let round = 0; round < 20; round++) {
        const { etag } = await one.put("pointer", bytes(`round ${round}`));
        const results = await Promise.allSettled([
          one.put("pointer", bytes(`one in ${round}`), { only: { etag } }),
          other.put("pointer", bytes(`other in ${round}`), { only: { etag } }),
        ]);
        const told = results.filter((result) => result.status === "rejected");
        expect(told).toHaveLength(1);
        expect(told[0]!.reason).toBeInstanceOf(ConflictError);
        const winner = results[0]!.status === "fulfilled" ? "one" : "other";
        expect(new TextDecoder().decode((await one.get("pointer"))!.bytes)).toBe(`${winner} in ${round}`);
      }
    });

    it("keeps both versions, whole, of two publishers at once; the later one answers, the other is the one before", async () => {
      const store = await open();
      const [one, other] = [await store(), await store()];
      for (let round = 0; round < 5; round++) {
        const models = [await modelNumber(2 * round), await modelNumber(2 * round + 1)] as const;
        const [a, b] = await Promise.all([
          publish(one, { ...models[0], clock: at(round) }),
          publish(other, { ...models[1], clock: at(round) }),
        ]);
        const { pointer } = (await readPointer(one, "dogs"))!;
        expect(new Set([pointer.version, pointer.previous])).toEqual(new Set([a.version, b.version]));
        expect(await readWhole(one)).toBe(pointer.version);
      }
      expect(await listVersions(one, "dogs")).toHaveLength(10);
    });
  });
};
