/** Keys and their quota in workerd, whose isolates come and go. */
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestHarness } from "wrangler";
import { dayOf } from "../../shared/keys/key.ts";
import { createKey } from "../../shared/keys/keys.ts";
import { readUsage } from "../../shared/keys/usage.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { createR2Store } from "../../shared/store/r2.ts";
import type { Store } from "../../shared/store/store.ts";

const QUOTA = 5;
const workers = [{ configPath: join(packageRoot, "wrangler.toml"), vars: { WHIPPET_ACCESS: "key" } }];
const worker = createTestHarness({ workers });
let made: { key: string; hash: string };

beforeAll(async () => {
  await worker.listen();
  made = await createKey(await bucket(), { name: "phone", quota: QUOTA }, { now: Date.now });
});
afterAll(() => worker.close());

/** Each isolate has its own way to it. */
const bucket = async (): Promise<Store> => {
  const { MODELS } = (await worker.getWorker().getEnv()) as { MODELS: R2Bucket };
  return createR2Store(MODELS, "MODELS");
};

/** A new isolate in the place of the one that ran. Cloudflare lets one be until its `waitUntil` is over; here nobody waits. */
const replace = async (): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await worker.update({ workers });
};

/** Nothing is published, so whoever is admitted hears 503. */
const ask = async (authorization = `Bearer ${made.key}`): Promise<number> =>
  (await worker.fetch("/classify", { method: "POST", body: "x", headers: { authorization } })).status;

describe("a Worker that answers to keys alone", () => {
  it("holds a key's quota over isolates that end a moment after they answered", async () => {
    expect(await ask("")).toBe(401);
    const first = await Promise.all([ask(), ask(), ask()]);
    // what was admitted beside the first is written when its second is over, with no further request
    await replace();
    const second = await Promise.all([ask(), ask(), ask()]);
    await replace();
    const third = await ask();
    expect([first, second.toSorted(), third]).toEqual([[503, 503, 503], [429, 503, 503].toSorted(), 429]);
    expect(await readUsage(await bucket(), made.hash, dayOf(Date.now()))).toBe(QUOTA);
  });
});
