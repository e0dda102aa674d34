/** Publishers and readers at once: in memory, in a folder, in a bucket by S3, and in R2 by its binding. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { createFileStore } from "../../../shared/store/file.ts";
import { createR2Store } from "../../../shared/store/r2.ts";
import { large } from "../../large.ts";
import { has } from "../../require.ts";
import { createMemoryStore } from "../../store/memory.ts";
import { describePublishing } from "../../store/publishing.ts";
import { openR2 } from "../../tools/r2.ts";
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
  let r2: Awaited<ReturnType<typeof openR2>>;
  beforeAll(async () => {
    r2 = await openR2();
  });
  afterAll(() => r2?.close());

  const open = async () => {
    const store = createR2Store(r2.bucket, "MODELS");
    await store.remove((await store.list("")).map(({ key }) => key));
    return async () => createR2Store(r2.bucket, "MODELS");
  };
  // each takes seconds while three readers read
  describePublishing("an R2 bucket", open, large ? 100 : 25);
});
