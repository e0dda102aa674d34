import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestHarness } from "wrangler";
import { mirror } from "../../cli/dev-bucket.ts";
import { systemClock } from "../../shared/classifier/clock.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { readCurrent, rollback } from "../../shared/registry.ts";
import { createR2Store } from "../../shared/store/r2.ts";
import { endCommands, serve } from "../e2e/command.ts";
import { type ModelInFolder, modelInFolder, promoteAnother } from "../functions/lambda/model.ts";
import { askAlone, loadPhotos, putUnderLoad, type UnderLoad } from "./load.ts";

const model = "dog-breeds";
const token = "the-owner-of-this-server";
const headers = { authorization: `Bearer ${token}` };
const photos = await loadPhotos();
let folder: ModelInFolder;
let first: string;
let other: string;

beforeAll(async () => {
  folder = await modelInFolder();
  first = (await readCurrent(folder.store, model)).manifest.version;
  other = await promoteAnother(folder.store, 2);
  await rollback(folder.store, model, systemClock);
});
afterAll(async () => {
  endCommands();
  await folder.remove();
});

const hold = async (post: UnderLoad["post"]): Promise<void> => {
  const server = { post, model, first, other };
  const before = await askAlone(server, photos, first);
  const { errors, answers, given, swaps } = await putUnderLoad(server, photos);
  expect(errors).toEqual([]);
  expect(answers).toBeGreaterThan(200);
  expect(swaps).toEqual(Array.from({ length: 10 }, () => [other, first]).flat());
  const alone = new Map([...before, ...(await askAlone(server, photos, other))]);
  for (const [key, different] of given) expect(different, key).toEqual(alone.get(key));
};

describe("64 clients for a minute, while the model is promoted and rolled back ten times", () => {
  it("get from a server on Node the answers that one alone gets, and no error", async () => {
    const server = await serve(["--store", folder.url], { cwd: packageRoot, env: { WHIPPET_TOKEN: token } });
    await hold((path, body) => fetch(server.url + path, { method: "POST", headers, body }));
    server.kill("SIGTERM");
    expect((await server.ended).stderr).not.toContain('"level":"error"');
  });

  it("get from a Worker the answers that one alone gets, and no error", async () => {
    // so that every promotion and rollback is seen within the minute
    const vars = { WHIPPET_REFRESH: "0.5", WHIPPET_TOKEN: token };
    const worker = createTestHarness({ workers: [{ configPath: join(packageRoot, "wrangler.toml"), vars }] });
    await worker.listen();
    const { MODELS } = (await worker.getWorker().getEnv()) as { MODELS: R2Bucket };
    await mirror(folder.store, createR2Store(MODELS, "MODELS"));
    let asked = 0;
    await hold((path, body) => {
      // the rate is counted by address
      const address = `10.${(asked >> 12) & 255}.${(asked >> 6) & 63}.${asked++ & 63}`;
      const from = { ...headers, "cf-connecting-ip": address };
      return worker.fetch(path, { method: "POST", headers: from, body }) as unknown as Promise<Response>;
    });
    await worker.close();
  });
});
