/** Lambda at length: the least memory on offer and the most (by `npm run test:large` all) with the heaviest photos it takes, a bucket behind it, real photos through it. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildLambda } from "../../functions/lambda/build.ts";
import { functionLimits } from "../../functions/lambda/limits.ts";
import { memorySizes } from "../../functions/lambda/memory-sizes.ts";
import { startServer } from "../../functions/node.ts";
import { chooseEngine } from "../../functions/node-engine.ts";
import type { Ticket } from "../../functions/uploads/uploads.ts";
import type { Answer } from "../../shared/classifier/classifier.ts";
import { createS3Client } from "../../shared/store/s3/client.ts";
import { createS3Store } from "../../shared/store/s3.ts";
import type { Store } from "../../shared/store/store.ts";
import { draw } from "../drawing.ts";
import { endCommands, runForData } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { modelInFolder, promoteAnother } from "../functions/lambda/model.ts";
import { large } from "../large.ts";
import { has, photosFolder } from "../require.ts";
import { heavyPhotos } from "../tools/heavy-photos.ts";
import { createLambda, type Lambda } from "../tools/lambda.ts";
import { type Seaweed, startSeaweed } from "../tools/seaweed.ts";

const there = has("lambda-ric");
const bundles = ["native", "web"] as const;
/** The web bundle runs a plan on the lean engine, and an ONNX file on onnxruntime-web. */
const engines = [
  { bundle: "native", runtime: "lean", name: "native bundle" },
  { bundle: "web", runtime: "lean", name: "web bundle with a plan" },
  { bundle: "web", runtime: "onnxruntime-web", name: "web bundle without one" },
] as const;
const { home, remove } = await temporaryFolder("lambda");
const models = there
  ? { lean: await modelInFolder("lean"), "onnxruntime-web": await modelInFolder("onnxruntime-web") }
  : undefined;
const folders = { native: join(home, "native"), web: join(home, "web") };
if (there) for (const bundle of bundles) await buildLambda(bundle, { folder: home });
afterAll(async () => {
  endCommands();
  for (const model of Object.values(models ?? {})) await model.remove();
  await remove();
});

const jpeg = new Uint8Array(await draw("stars", 3, 640, 480).jpeg().toBuffer());
const classify = (url: string, body: BodyInit, query = "") =>
  fetch(`${url}/classify${query}`, { method: "POST", body });

const sizes = large ? memorySizes : [Math.min(...memorySizes), Math.max(...memorySizes)];

describe.runIf(there).each(engines.flatMap((engine) => sizes.map((memory) => ({ ...engine, memory }))))(
  "the $name in a function of $memory MB",
  ({ bundle, runtime, name, memory }) => {
    let lambda: Lambda;
    const limits = functionLimits(memory, bundle);
    beforeAll(async () => {
      const environment = { WHIPPET_STORE: models![runtime].url };
      lambda = await createLambda({ folder: folders[bundle], memory, environment, timeout: 120_000 });
    });
    afterAll(() => lambda.close());

    it("answers the heaviest photos that it takes, again and again, over a promotion, and never runs out of memory", async () => {
      const photos = await heavyPhotos(limits);
      for (const { photo } of photos)
        for (let i = 0; i < 2; i++) {
          const response = await classify(lambda.url, photo);
          expect(response.status, await response.text()).toBe(200);
        }
      const promoted = await promoteAnother(models![runtime].store, 1 + Math.random());
      let version: string | undefined;
      while (version !== promoted) ({ version } = (await (await classify(lambda.url, jpeg)).json()) as Answer);
      for (const { photo } of photos) expect((await classify(lambda.url, photo)).status).toBe(200);
      const peak = lambda.peak();
      console.log(`${name} at ${memory} MB: ${peak.toFixed(0)} MB at most${lambda.confined ? "" : ", unconfined"}`);
      expect(peak).toBeLessThan(memory);
      expect(lambda.kills()).toBe(0);
    });

    it("refuses heavier ones with 422, and goes on", async () => {
      for (const { kind, photo } of await heavyPhotos(limits, 1.05))
        expect((await classify(lambda.url, photo)).status, kind).toBe(422);
      expect((await classify(lambda.url, jpeg)).status).toBe(200);
    });
  },
);

describe.runIf(there && has("seaweed"))("Lambda over a bucket", () => {
  let seaweed: Seaweed;
  let bucket: Store;
  let environment: Record<string, string>;
  /** What the deploy grants the public function. */
  const guest = {
    accessKeyId: "lambda",
    secretAccessKey: "another-secret-for-tests",
    actions: ["Read:models", "List:models", "Read:photos", "Write:photos"],
  };

  beforeAll(async () => {
    seaweed = await startSeaweed({ guests: [guest] });
    for (const name of ["models", "photos"]) await seaweed.createBucket(name);
    const { endpoint, region } = seaweed;
    const query = `?endpoint=${endpoint}&region=${region}`;
    bucket = createS3Store("s3://models", {
      client: await createS3Client({ endpoint, region }, { credentials: seaweed }),
    });
    const { store } = models!.lean;
    for (const { key } of await store.list("")) await bucket.put(key, (await store.get(key))!.bytes);
    environment = {
      WHIPPET_STORE: `s3://models${query}`,
      WHIPPET_PHOTOS: `s3://photos${query}`,
      AWS_ACCESS_KEY_ID: guest.accessKeyId,
      AWS_SECRET_ACCESS_KEY: guest.secretAccessKey,
    };
  });
  afterAll(() => seaweed?.stop());

  it.each(bundles)("is verified by the command, with the %s bundle", async (bundle) => {
    const lambda = await createLambda({ folder: folders[bundle], environment });
    try {
      const verified = await runForData<{ passed: boolean; engine: string; verdicts: unknown[] }>(
        ["verify", lambda.url],
        { cwd: home },
      );
      expect(verified).toMatchObject({ passed: true, engine: bundle });
      expect(verified.verdicts).toHaveLength(16);
    } finally {
      await lambda.close();
    }
  });

  it("takes a photo of 12 megapixels, too large for a request, by upload, and answers as Node does about its bytes", async () => {
    const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
    const image = sharp({ create: { width: 4000, height: 3000, channels: 3, background: "black", noise } });
    const photo = new Uint8Array(await image.jpeg({ quality: 85 }).toBuffer());
    expect(photo.length).toBeGreaterThan(5_000_000);
    const lambda = await createLambda({ folder: folders.web, environment });
    const node = await serveOnNode({ bundle: "web", runtime: "lean" });
    try {
      expect((await classify(lambda.url, photo)).status).toBe(413);
      const request = { method: "POST", body: JSON.stringify({ bytes: photo.length, type: "image/jpeg" }) };
      const { upload, url, method, headers } = (await (await fetch(`${lambda.url}/uploads`, request)).json()) as Ticket;
      expect((await fetch(url, { method, headers, body: photo })).status).toBe(200);
      const answer = await classify(lambda.url, new Uint8Array(), `?trace=1&upload=${upload}`);
      expect(await answer.json()).toEqual(await (await classify(node.url, photo, "?trace=1")).json());
      expect((await classify(lambda.url, new Uint8Array(), `?upload=${upload}`)).status).toBe(404);
    } finally {
      await lambda.close();
      await node.close();
    }
  });
});

const serveOnNode = async ({ bundle, runtime }: Pick<(typeof engines)[number], "bundle" | "runtime">) => {
  const [engine, { store }] = [await chooseEngine(bundle), models![runtime]];
  return startServer({ store, engine, host: "127.0.0.1", port: 0, log: () => {} });
};

describe.runIf(there && has("photos")).each(engines)("real photos, with the $name", ({ bundle, runtime }) => {
  it("are answered on Lambda as on Node, to the last bit", async () => {
    const lambda = await createLambda({
      folder: folders[bundle],
      environment: { WHIPPET_STORE: models![runtime].url },
    });
    const node = await serveOnNode({ bundle, runtime });
    try {
      for (const breed of (await readdir(join(photosFolder, "dogs"))).sort().slice(0, 10)) {
        const [name] = (await readdir(join(photosFolder, "dogs", breed))).sort();
        const photo = new Uint8Array(await readFile(join(photosFolder, "dogs", breed, name!)));
        const [here, there] = await Promise.all(
          [lambda.url, node.url].map(async (url) => (await classify(url, photo, "?trace=1&heatmap=1")).json()),
        );
        expect(here, `${breed}/${name}`).toEqual(there);
      }
    } finally {
      await lambda.close();
      await node.close();
    }
  });
});
