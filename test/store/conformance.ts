/** What every store promises; run against each of them. */
import { describe, expect, it } from "vitest";
import { ConflictError, type Store } from "../../shared/store/store.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (object: { bytes: Uint8Array } | "unchanged" | undefined) =>
  object === undefined || object === "unchanged" ? object : new TextDecoder().decode(object.bytes);

/** @param open an empty store, a new one at each call */
export const describeStore = (name: string, open: () => Promise<Store>): void => {
  describe(`${name} keeps a store's promises:`, () => {
    it("gives back the bytes that were put, and undefined where there are none", async () => {
      const store = await open();
      await store.put("models/a/x.bin", new Uint8Array([0, 255, 13, 10]), { contentType: "application/octet-stream" });
      expect((await store.get("models/a/x.bin"))?.bytes).toEqual(new Uint8Array([0, 255, 13, 10]));
      expect(await store.get("models/a/y.bin")).toBeUndefined();
      expect(await store.get("models/a")).toBeUndefined();
      expect(await store.get("models/a/x.bin/z")).toBeUndefined();
      expect(await store.get(`models/${"a".repeat(300)}`)).toBeUndefined();
    });

    it("keeps an empty object, and one of 3 MB", async () => {
      const store = await open();
      const large = new Uint8Array(3_000_000).map((_, i) => (i * 2654435761) >>> 24);
      await store.put("empty", new Uint8Array(0));
      await store.put("large", large);
      expect((await store.get("empty"))?.bytes).toHaveLength(0);
      expect(Buffer.compare((await store.get("large"))!.bytes, large)).toBe(0);
    });

    it("takes a view into a larger buffer for the view alone", async () => {
      const store = await open();
      await store.put("view", bytes("0123456789").subarray(2, 5));
      expect(text(await store.get("view"))).toBe("234");
    });

    it("overwrites, and changes the etag with the content", async () => {
      const store = await open();
      const first = await store.put("key", bytes("one"));
      const second = await store.put("key", bytes("two"));
      expect(second.etag).not.toBe(first.etag);
      expect(await store.get("key")).toMatchObject({ etag: second.etag });
      expect(text(await store.get("key"))).toBe("two");
      expect(second.etag).not.toContain('"');
    });

    it("answers unchanged for the etag it has, and the object for any other", async () => {
      const store = await open();
      const { etag } = await store.put("key", bytes("one"));
      expect(await store.get("key", etag)).toBe("unchanged");
      await store.put("key", bytes("two"));
      expect(text(await store.get("key", etag))).toBe("two");
      expect(await store.get("none", etag)).toBeUndefined();
      expect(text(await store.get("key", undefined))).toBe("two");
    });

    it("gives a part of an object, and says how large the whole is", async () => {
      const store = await open();
      await store.put("key", bytes("0123456789"));
      const part = async (start: number, end: number) => {
        const { size, ...found } = (await store.getPart("key", start, end))!;
        expect(size).toBe(10);
        return text(found);
      };
      expect([await part(0, 1), await part(3, 7), await part(8, 99), await part(0, 10)]).toEqual([
        "0",
        "3456",
        "89",
        "0123456789",
      ]);
      expect([await part(10, 12), await part(5, 5), await part(99, 100)]).toEqual(["", "", ""]);
      expect(await store.getPart("none", 0, 1)).toBeUndefined();
      await store.put("folder/key", bytes("x"));
      expect(await store.getPart("folder", 0, 1)).toBeUndefined();
      await store.put("empty", new Uint8Array());
      expect(await store.getPart("empty", 0, 1)).toEqual({ bytes: new Uint8Array(), size: 0 });
    });

    it("writes only where nothing is, when asked to", async () => {
      const store = await open();
      await store.put("key", bytes("one"), { only: "absent" });
      await expect(store.put("key", bytes("two"), { only: "absent" })).rejects.toBeInstanceOf(ConflictError);
      expect(text(await store.get("key"))).toBe("one");
    });

    it("writes only over the etag it is given", async () => {
      const store = await open();
      const first = await store.put("key", bytes("one"));
      const second = await store.put("key", bytes("two"), { only: first });
      await expect(store.put("key", bytes("three"), { only: first })).rejects.toBeInstanceOf(ConflictError);
      expect(text(await store.get("key"))).toBe("two");
      await store.remove(["key"]);
      await expect(store.put("key", bytes("four"), { only: second })).rejects.toBeInstanceOf(ConflictError);
      expect(await store.get("key")).toBeUndefined();
    });

    it("takes a repeated conditional write for the success it was", async () => {
      const store = await open();
      const first = await store.put("key", bytes("one"), { only: "absent" });
      expect(await store.put("key", bytes("one"), { only: "absent" })).toEqual(first);
      const second = await store.put("key", bytes("two"), { only: first });
      expect(await store.put("key", bytes("two"), { only: first })).toEqual(second);
    });

    it("lets one of many simultaneous writers win", async () => {
      const store = await open();
      const writers = Array.from({ length: 8 }, (_, i) => store.put("key", bytes(`writer ${i}`), { only: "absent" }));
      const results = await Promise.allSettled(writers);
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      for (const result of results)
        if (result.status === "rejected") expect(result.reason).toBeInstanceOf(ConflictError);
      const winner = results.findIndex(({ status }) => status === "fulfilled");
      expect(text(await store.get("key"))).toBe(`writer ${winner}`);
    });

    it("lists what lies below a prefix, sorted, with sizes and times", async () => {
      const store = await open();
      const before = Date.now() - 2000;
      for (const key of ["models/b/2", "models/a/10", "models/a/9/x", "models/ab", "other"])
        await store.put(key, bytes(key));
      expect((await store.list("models/a/")).map(({ key }) => key)).toEqual(["models/a/10", "models/a/9/x"]);
      expect((await store.list("models/a")).map(({ key }) => key)).toEqual([
        "models/a/10",
        "models/a/9/x",
        "models/ab",
      ]);
      expect(await store.list("none/")).toEqual([]);
      expect(await store.list("")).toHaveLength(5);
      const [object] = await store.list("models/b/");
      expect(object).toMatchObject({ key: "models/b/2", bytes: 10 });
      expect(object!.modified.getTime()).toBeGreaterThan(before);
    });

    it("removes, also what is not there", async () => {
      const store = await open();
      await store.put("a/b/c", bytes("x"));
      await store.put("a/d", bytes("y"));
      await store.remove(["a/b/c", "a/none"]);
      expect((await store.list("")).map(({ key }) => key)).toEqual(["a/d"]);
      await store.put("a/b/c", bytes("again"), { only: "absent" });
    });

    it.each(["", "/a", "a/", "a//b", "..", "a/../b", "./a", "a\\..\\b", "a/.hidden", "C:/a", "a\0b", "a\nb"])(
      "refuses the key %j",
      async (key) => {
        const store = await open();
        await expect(store.put(key, bytes("x"))).rejects.toThrow("is not a key");
        await expect(store.get(key)).rejects.toThrow("is not a key");
        await expect(store.getPart(key, 0, 1)).rejects.toThrow("is not a key");
        await expect(store.remove([key])).rejects.toThrow("is not a key");
      },
    );
  });
};
