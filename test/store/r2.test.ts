/** The R2 of workerd itself, through the binding that wrangler lends to Node. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { R2Bucket, R2ListOptions } from "@cloudflare/workers-types";
import { afterAll, describe, expect, it } from "vitest";
import { getPlatformProxy } from "wrangler";
import { createR2Store } from "../../shared/store/r2.ts";
import { ConflictError } from "../../shared/store/store.ts";
import { describeStore } from "./conformance.ts";

const home = await mkdtemp(join(tmpdir(), "whippet-r2-"));
const configPath = join(home, "wrangler.toml");
await writeFile(
  configPath,
  `name = "r2-test"\ncompatibility_date = "2026-01-01"\n[[r2_buckets]]\nbinding = "MODELS"\nbucket_name = "models"\n`,
);
const platform = await getPlatformProxy<{ MODELS: R2Bucket }>({ configPath, persist: false });
const bucket = platform.env.MODELS;
afterAll(async () => {
  await platform.dispose();
  await rm(home, { recursive: true, force: true });
});

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
