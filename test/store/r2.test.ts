/** A store in R2, as workerd has it. */
import type { R2Bucket, R2ListOptions } from "@cloudflare/workers-types";
import { afterAll, describe, expect, it } from "vitest";
import { createR2Store } from "../../shared/store/r2.ts";
import { ConflictError } from "../../shared/store/store.ts";
import { openR2 } from "../tools/r2.ts";
import { describeStore } from "./conformance.ts";

const { bucket, close } = await openR2();
afterAll(close);

const emptyStore = async () => {
  const store = createR2Store(bucket, "MODELS");
  await store.remove((await store.list("")).map(({ key }) => key));
  return store;
};

describeStore("an R2 bucket", emptyStore);

describe("an R2 bucket", () => {
  it("keeps the content type that a browser will be told", async () => {
    const store = await emptyStore();
    await store.put("report.html", new TextEncoder().encode("<p>"), { contentType: "text/html" });
    expect((await bucket.head("report.html"))?.httpMetadata?.contentType).toBe("text/html");
  });

  it("lists and removes more objects than R2 takes in one call", async () => {
    const most = { list: 7, delete: 1000 };
    const deletions: number[] = [];
    const small = new Proxy(bucket, {
      get: (target, name) => {
        if (name === "list") return (options: R2ListOptions) => target.list({ ...options, limit: most.list });
        if (name !== "delete") return Reflect.get(target, name);
        return async (keys: string[]) => {
          deletions.push(keys.length);
          if (keys.length <= most.delete) await target.delete(keys);
        };
      },
    });
    await emptyStore();
    const store = createR2Store(small, "MODELS");
    const keys = Array.from({ length: 24 }, (_, i) => `many/${String(i).padStart(2, "0")}`);
    await Promise.all(keys.map((key) => store.put(key, new Uint8Array(1))));
    expect((await store.list("many/")).map(({ key }) => key)).toEqual(keys);
    await store.remove([...keys, ...Array.from({ length: 1000 }, (_, i) => `none/${i}`)]);
    expect(deletions).toEqual([1000, 24]);
    expect(await store.list("many/")).toEqual([]);
  });

  it("takes its own write for success when the answer to it was lost", async () => {
    const forgetful = new Proxy(bucket, {
      get: (target, name) =>
        name === "put"
          ? async (...put: Parameters<R2Bucket["put"]>) => {
              await target.put(...put);
              return target.put(...put);
            }
          : Reflect.get(target, name),
    });
    await emptyStore();
    const store = createR2Store(forgetful, "MODELS");
    const { etag } = await store.put("pointer", new TextEncoder().encode("mine"), { only: "absent" });
    expect(await store.get("pointer", etag)).toBe("unchanged");
    await expect(store.put("pointer", new Uint8Array(1), { only: "absent" })).rejects.toBeInstanceOf(ConflictError);
  });
});
