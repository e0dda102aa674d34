/** Publishers and readers at once: in memory, in a folder, in a bucket by S3, and in R2 by its binding. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { afterAll, beforeAll, describe } from "vitest";
import { getPlatformProxy } from "wrangler";
import { createFileStore } from "../../../shared/store/file.ts";
import { createR2Store } from "../../../shared/store/r2.ts";
import { has } from "../../require.ts";
import { createMemoryStore } from "../../store/memory.ts";
import { describePublishing } from "../../store/publishing.ts";
import { type Seaweed, startSeaweed } from "../../tools/seaweed.ts";
import { seaweedStore } from "../../tools/seaweed-store.ts";

const home = await mkdtemp(join(tmpdir(), "whippet-publishing-"));
afterAll(() => rm(home, { recursive: true, force: true }));
let stores = 0;

describePublishing("memory", async () => {
  const store = createMemoryStore();
  return async () => store;
});

describePublishing("a folder", async () => {
  const folder = join(home, String(stores++));
  return async () => createFileStore(folder);
});

describe.runIf(has("seaweed"))("with SeaweedFS", () => {
  let seaweed: Seaweed;
  beforeAll(async () => {
    seaweed = await startSeaweed();
    await seaweed.createBucket("models");
  });
  afterAll(() => seaweed?.stop());

  describePublishing("an S3 bucket", async () => {
    const url = `s3://models/store-${stores++}`;
    return () => seaweedStore(seaweed, url);
  });
});

describe("with workerd", () => {
  let platform: Awaited<ReturnType<typeof getPlatformProxy<{ MODELS: R2Bucket }>>>;
  beforeAll(async () => {
    const configPath = join(home, "wrangler.toml");
    const bucket = `[[r2_buckets]]\nbinding = "MODELS"\nbucket_name = "models"\n`;
    await writeFile(configPath, `name = "publishing"\ncompatibility_date = "2026-01-01"\n${bucket}`);
    platform = await getPlatformProxy<{ MODELS: R2Bucket }>({ configPath, persist: false });
  });
  afterAll(() => platform?.dispose());

  describePublishing("an R2 bucket", async () => {
    const store = createR2Store(platform.env.MODELS, "MODELS");
    await store.remove((await store.list("")).map(({ key }) => key));
    return async () => createR2Store(platform.env.MODELS, "MODELS");
  });
});
