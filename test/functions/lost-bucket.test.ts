/** A server whose models lie in a bucket, while the network between them, the bucket and its server go wrong. */
import { DeleteBucketCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createS3Store } from "../../shared/store/s3.ts";
import type { Store } from "../../shared/store/store.ts";
import { draw } from "../drawing.ts";
import { has } from "../require.ts";
import { type FaultyProxy, networkFaults, startFaultyProxy } from "../tools/faulty-proxy.ts";
import { type Seaweed, startSeaweed } from "../tools/seaweed.ts";
import { seaweedClient } from "../tools/seaweed-store.ts";
import { publishFake } from "./publishing.ts";
import { post, serve } from "./serving.ts";

const jpeg = new Uint8Array(await draw("stars", 2).jpeg().toBuffer());

describe.runIf(has("seaweed"))("a server with a bucket", () => {
  let seaweed: Seaweed;
  let proxy: FaultyProxy;
  beforeAll(async () => {
    seaweed = await startSeaweed();
    await seaweed.createBucket("models");
    proxy = await startFaultyProxy(seaweed.endpoint);
  }, 120_000);
  afterAll(async () => {
    await proxy?.stop();
    await seaweed?.stop();
  });

  const serving = async (publisher: Store, url: string) => {
    const impatient = { requestHandler: { socketTimeout: 3000 } };
    const store = createS3Store(url, {
      client: await seaweedClient({ ...seaweed, endpoint: proxy.endpoint }, impatient),
    });
    const first = await publishFake(publisher, { logits: [1, 2] });
    const server = await serve({}, undefined, undefined, { store });
    const ask = async () =>
      ((await (await server.app.request("/classify", post(jpeg))).json()) as { version: string }).version;
    const warnings = async () =>
      ((await (await server.app.request("/readyz")).json()) as { warnings: string[] }).warnings;
    const later = async () => {
      server.time.now += 60_000;
      await server.models.refresh();
    };
    expect(await ask()).toBe(first);
    return { ...server, first, ask, warnings, later };
  };
  const direct = async (url: string) => createS3Store(url, { client: await seaweedClient(seaweed) });

  it.each(networkFaults)(
    "goes on with what it has while the network %s, and sees the promotion after it",
    async (fault) => {
      const url = `s3://models/${networkFaults.indexOf(fault)}`;
      const publisher = await direct(url);
      const { first, ask, warnings, later, ...server } = await serving(publisher, url);
      const second = await publishFake(publisher, { logits: [2, 1] });
      const { storeTime } = server.settings;
      server.settings.storeTime = 300;
      proxy.spoil(0, fault, "from then on");
      await later();
      expect(await ask()).toBe(first);
      expect((await warnings()).join()).toContain(`models cannot be read from ${url}`);
      expect(server.logged).toContainEqual(expect.objectContaining({ level: "error", event: "store not readable" }));
      await proxy.heal();
      server.settings.storeTime = storeTime;
      await later();
      expect(await ask()).toBe(second);
      expect(await warnings()).toEqual([]);
    },
    60_000,
  );

  it("goes on with what it has when the bucket itself is gone", async () => {
    await seaweed.createBucket("vanishing");
    const url = "s3://vanishing";
    const publisher = await direct(url);
    const { first, ask, warnings, later, logged } = await serving(publisher, url);
    await publisher.remove((await publisher.list("")).map(({ key }) => key));
    await (await seaweedClient(seaweed)).send(new DeleteBucketCommand({ Bucket: "vanishing" }));
    await later();
    expect(await ask()).toBe(first);
    expect((await warnings()).join()).toContain(`models cannot be read from ${url}`);
    expect(JSON.stringify(logged)).toContain("there is no bucket vanishing");
  }, 60_000);
});
