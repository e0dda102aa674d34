/**
 * Every request of every operation, spoiled in every way that a network can: once, and nothing is noticed; from then on,
 * and the client gives up, but what readers see is the old state or the new one, whole, and repeating the change ends in it.
 */
import { randomBytes } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { promote, publish, readPointer, remove, rollback } from "../../../shared/registry.ts";
import { createS3Store } from "../../../shared/store/s3.ts";
import type { Store } from "../../../shared/store/store.ts";
import { modelOf, steppingClock } from "../../registry/model.ts";
import { readWhole } from "../../registry/reader.ts";
import { has } from "../../require.ts";
import { putTwiceReadListRemove } from "../../store/every-operation.ts";
import { type FaultyProxy, networkFaults, startFaultyProxy } from "../../tools/faulty-proxy.ts";
import { type Seaweed, startSeaweed } from "../../tools/seaweed.ts";
import { seaweedClient } from "../../tools/seaweed-store.ts";

const [first, second] = [await modelOf("first"), await modelOf("second")];
const later = () => steppingClock("2026-02-01T12:00:00Z");

const changes: Record<string, (store: Store, oldest: string) => Promise<unknown>> = {
  "a publish": (store) => publish(store, { ...second, clock: later() }),
  "a promotion": (store, oldest) => promote(store, "dogs", oldest, later()),
  "a rollback": (store) => rollback(store, "dogs", later()),
  "a removal": (store, oldest) => remove(store, "dogs", oldest),
};

describe.runIf(has("seaweed"))("an S3 store behind a bad network", () => {
  let seaweed: Seaweed;
  let proxy: FaultyProxy;
  let client: S3Client;
  let patient: S3Client;
  let resigned: S3Client;
  beforeAll(async () => {
    seaweed = await startSeaweed();
    await seaweed.createBucket("models");
    proxy = await startFaultyProxy(seaweed.endpoint);
    client = await seaweedClient(seaweed);
    const behind = { ...seaweed, endpoint: proxy.endpoint };
    patient = await seaweedClient(behind, { requestHandler: { socketTimeout: 1000 } });
    resigned = await seaweedClient(behind, { requestHandler: { socketTimeout: 300 }, maxAttempts: 1 });
  });
  afterAll(async () => {
    await proxy?.stop();
    await seaweed?.stop();
  });
  let stores = 0;
  const newUrl = () => `s3://models/store-${stores++}`;

  describe.each(networkFaults)("that once %s", (fault) => {
    it("does everything nevertheless", async () => {
      for (let at = 0, reached = true; reached; at++) {
        const store = createS3Store(newUrl(), { client: patient });
        proxy.spoil(at, fault, "once");
        await putTwiceReadListRemove(store);
        reached = proxy.requests() > at;
        await proxy.heal();
        expect(await store.list("")).toEqual([]);
      }
    });

    it("writes a big object nevertheless, in parts", async () => {
      const content = new Uint8Array(randomBytes(17 * 2 ** 20));
      for (let at = 0, reached = true; reached; at++) {
        const store = createS3Store(newUrl(), { client: patient });
        proxy.spoil(at, fault, "once");
        await store.put("big", content, { only: "absent" });
        expect(Buffer.compare((await store.get("big"))!.bytes, content)).toBe(0);
        reached = proxy.requests() > at;
        await proxy.heal();
      }
    });
  });

  /** Two versions, except before a publish, which adds the second one; the first answered before. */
  const prepare = async (change: string) => {
    const url = newUrl();
    const store = createS3Store(url, { client });
    const clock = steppingClock();
    const { version: oldest } = await publish(store, { ...first, clock });
    if (change !== "a publish") await publish(store, { ...second, clock });
    return { url, store, oldest };
  };

  describe.each(networkFaults)("that %s, from some request on until the client gives up,", (fault) => {
    it.each(Object.entries(changes))("shows the old state or the new one whole: %s", async (name, change) => {
      const untouched = await prepare(name);
      const old = await readWhole(untouched.store);
      await change(untouched.store, untouched.oldest);
      const changed = await readWhole(untouched.store);

      const seen = new Set<string>();
      for (let at = 0, reached = true; reached; at++) {
        const { url, store, oldest } = await prepare(name);
        proxy.spoil(at, fault, "from then on");
        const failed = await change(createS3Store(url, { client: resigned }), oldest).then(
          () => false,
          () => true,
        );
        reached = proxy.requests() > at;
        await proxy.heal();
        if (reached && fault === "drops the request") expect(failed).toBe(true);
        const now = await readWhole(store);
        expect([old, changed]).toContain(now);
        seen.add(now);

        // a rollback that was done although nobody heard of it would be taken back by a second one
        if (name !== "a rollback" || now === old) await change(store, oldest).catch(() => {});
        expect(await readWhole(store)).toBe(changed);
        expect((await readPointer(store, "dogs"))?.pointer.version).toBe(changed);
      }
      expect(seen).toContain(old);
    });
  });
});
