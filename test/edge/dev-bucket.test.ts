import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { afterAll, describe, expect, it } from "vitest";
import { getPlatformProxy } from "wrangler";
import { fillBucket, mirror } from "../../cli/dev-bucket.ts";
import { listModels, listVersions, remove } from "../../shared/registry.ts";
import { createR2Store } from "../../shared/store/r2.ts";
import { publishFake } from "../functions/publishing.ts";
import { createMemoryStore } from "../store/memory.ts";

const home = await mkdtemp(join(tmpdir(), "whippet-dev-"));
afterAll(() => rm(home, { recursive: true, force: true }));

describe("the bucket of npm run dev", () => {
  it("gets what the local store has published, and keeps it for the next process", async () => {
    const configPath = join(home, "wrangler.toml");
    await writeFile(
      configPath,
      `name = "dev-test"\ncompatibility_date = "2026-10-01"\n[[r2_buckets]]\nbinding = "MODELS"\nbucket_name = "models"\n`,
    );
    const store = createMemoryStore();
    await publishFake(store, { logits: [1, 2] });
    expect(await fillBucket(store, configPath)).toBe(6);
    const platform = await getPlatformProxy<{ MODELS: R2Bucket }>({ configPath });
    const models = await listModels(createR2Store(platform.env.MODELS, "MODELS"));
    await platform.dispose();
    expect(models).toMatchObject([{ name: "letters", labels: 2 }]);
  });

  it("writes only what is new, and drops what was removed", async () => {
    const [from, to] = [createMemoryStore(), createMemoryStore()];
    const first = await publishFake(from, { logits: [1, 2] });
    await mirror(from, to);
    const second = await publishFake(from, { logits: [2, 1] });
    // the new version's five files and the pointer
    expect(await mirror(from, to)).toBe(6);
    await remove(from, "letters", first);
    await mirror(from, to);
    expect(await listVersions(to, "letters")).toEqual([second]);
  });
});
