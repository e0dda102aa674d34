/** `npm run deploy:edge`: the real wrangler and a real S3 server, workerd, and Cloudflare's API as far as they ask it. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createTestHarness } from "wrangler";
import { mirror } from "../../../cli/dev-bucket.ts";
import { deployEdge, type EdgeSettings, rehearseEdge } from "../../../cli/edge/deploy.ts";
import { runWrangler } from "../../../cli/wrangler.ts";
import { startServer } from "../../../functions/node.ts";
import { buildAssets } from "../../../functions/page/assets/build.ts";
import { createWebEngine } from "../../../shared/engine/web.ts";
import { packageRoot } from "../../../shared/package-root.ts";
import { listModels } from "../../../shared/registry.ts";
import { createFileStore } from "../../../shared/store/file.ts";
import { createR2Store } from "../../../shared/store/r2.ts";
import type { Store } from "../../../shared/store/store.ts";
import { ADDRESS, opened, partsFor, started, stopAll, stopLater, TOKEN, TOKEN_ID } from "../../cli/edge-account.ts";
import { endCommands, runCommand } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/folders.ts";
import { createFakeEngine } from "../../functions/fake-engine.ts";
import { publishFake, publishModel } from "../../functions/publishing.ts";
import { has } from "../../require.ts";
import { createMemoryStore } from "../../store/memory.ts";
import { type Seaweed, startSeaweed } from "../../tools/seaweed.ts";
import { seaweedStore } from "../../tools/seaweed-store.ts";

const production: EdgeSettings = { environment: "production", variables: {}, keys: false, fallbackToken: false };

const { home, remove } = await temporaryFolder("deploy-edge");
afterEach(stopAll);
afterAll(async () => {
  endCommands();
  await remove();
});

describe.runIf(has("seaweed"))("a deploy to Cloudflare alone", () => {
  const worker = createTestHarness({ workers: [{ configPath: join(packageRoot, "test/edge/edge-onnx.toml") }] });
  const local = createMemoryStore();
  let seaweed: Seaweed;
  beforeAll(async () => {
    // R2 takes the token itself: its id, and its hash as the secret
    const secretAccessKey = createHash("sha256").update(TOKEN).digest("hex");
    seaweed = await startSeaweed({
      guests: [{ accessKeyId: TOKEN_ID, secretAccessKey, actions: ["Read", "Write", "List"] }],
    });
    const bytes = new Uint8Array(await readFile(join(packageRoot, "models/efficientnet-lite0.fp16.onnx")));
    const labels = Array.from({ length: 1000 }, (_, i) => `class ${i}`);
    await publishModel(local, {
      name: "imagenet",
      labels,
      bytes,
      precision: "float16",
      engine: await createWebEngine(),
    });
    await worker.listen();
  });
  afterAll(async () => {
    await worker.close();
    await seaweed.stop();
  });

  it("makes the bucket, pushes the models, deploys what wrangler.toml says, and verifies it", async () => {
    const api = await started({ createBucket: seaweed.createBucket });
    const cloudflare = await opened(api);
    const parts = partsFor(local, api);
    let bucket: Store | undefined;
    let filled: Promise<unknown> | undefined;
    const settings = {
      ...production,
      variables: { WHIPPET_MODEL: "imagenet", WHIPPET_FALLBACK_URL: "https://lambda.example/" },
    };
    const deployed = await deployEdge(parts, settings, {
      cloudflare,
      openBucket: async (name) => {
        const credentials = await cloudflare.s3Credentials();
        bucket = await seaweedStore({ ...seaweed, ...credentials }, `s3://${name}`);
        return bucket;
      },
      // the address leads to workerd, which reads what was pushed
      fetch: async (url, init) => {
        const { MODELS } = (await worker.getWorker().getEnv()) as { MODELS: R2Bucket };
        await (filled ??= mirror(bucket!, createR2Store(MODELS, "MODELS")));
        const { pathname, search } = new URL(String(url));
        return (await worker.fetch(pathname + search, init as never)) as unknown as Response;
      },
    });

    expect(deployed).toMatchObject({ url: ADDRESS, worker: "whippet", bucket: "whippet-models" });
    // since this model has no plan
    expect(deployed.entry).toBe("functions/edge-onnx.ts");
    expect(await listModels(bucket!)).toMatchObject([{ name: "imagenet" }]);
    expect(api.workers.get("whippet")).toMatchObject({
      bindings: expect.arrayContaining([
        { name: "MODELS", type: "r2_bucket", bucket_name: "whippet-models" },
        { name: "RATE", type: "ratelimit", namespace_id: "1001", simple: { limit: 100, period: 60 } },
        { name: "READS", type: "ratelimit", namespace_id: "1003", simple: { limit: 1000, period: 60 } },
        { name: "WHIPPET_MODEL", type: "plain_text", text: "imagenet" },
        { name: "WHIPPET_FALLBACK_URL", type: "plain_text", text: "https://lambda.example/" },
      ]),
      limits: { cpu_ms: 10_000 },
      observability: { enabled: true },
      assets: { config: { _headers: expect.stringContaining("/assets/local.js\n  cache-control: no-cache\n") } },
    });
    // what browsers run models with is no part of the script
    const built = await buildAssets();
    expect([...api.assets.keys()].sort()).toEqual([...built.keys()].map((name) => `/assets/${name}`).sort());
    for (const [name, bytes] of built) expect(api.assets.get(`/assets/${name}`)!.equals(bytes)).toBe(true);
    // a Worker without its models would answer 503 in between
    expect(api.asked.indexOf("POST /accounts/acc/r2/buckets")).toBeLessThan(
      api.asked.indexOf("PUT /accounts/acc/workers/scripts/whippet"),
    );
    expect(parts.said.join("")).toMatch(/made now[\s\S]*imagenet .* files[\s\S]*imagenet: all 1 probes agree/);
  });

  it("fails when the model comes out differently there", async () => {
    const api = await started({ buckets: ["whippet-models"] });
    const spoiled = createMemoryStore();
    await publishFake(spoiled, { name: "letters", logits: [1, 2], spoilProbe: true });
    const server = await startServer({
      store: spoiled,
      engine: createFakeEngine(),
      host: "127.0.0.1",
      port: 0,
      log: () => {},
    });
    stopLater(() => server.close());
    const deploy = deployEdge(partsFor(spoiled, api), production, {
      cloudflare: await opened(api),
      openBucket: async () => createMemoryStore(),
      fetch: (url, init) => fetch(String(url).replace(ADDRESS, server.url), init),
    });
    await expect(deploy).rejects.toThrow(/letters .* cannot be loaded: probe star\.jpg comes out differently here/);
  });
});

describe("what Cloudflare refuses", () => {
  it("is said with the fix: a token that may not, R2 that is off, several accounts", async () => {
    const wrong = await started();
    await expect(opened(wrong, "another")).rejects.toThrow(
      /answered 403 to GET \/accounts: Authentication error \(10000\); the token is wrong or may not do this: make one at/,
    );
    const off = await opened(await started({ r2: false }));
    await expect(off.ensureBucket("whippet-models")).rejects.toThrow(/\(10042\); switch R2 on once, at https:\/\/dash/);
    const accounts = [
      { id: "one", name: "First" },
      { id: "two", name: "Second" },
    ];
    const several = await started({ accounts });
    await expect(opened(several)).rejects.toThrow(
      /opens 2 accounts; choose one:\n {2}export CLOUDFLARE_ACCOUNT_ID=one/,
    );
    expect((await opened(several, TOKEN, "two")).account).toBe("two");
  });

  it("leaves a bucket alone that is there", async () => {
    const api = await started({ buckets: ["whippet-models"] });
    expect(await (await opened(api)).ensureBucket("whippet-models")).toBe(false);
    expect(api.asked).not.toContain("POST /accounts/acc/r2/buckets");
  });

  it("is told as wrangler said it", async () => {
    const failing = runWrangler({ args: ["deploy", "--env", "nowhere", "--dry-run"] });
    await expect(failing).rejects.toThrow(/wrangler deploy ended with 1; it said:\n[\s\S]*nowhere/);
  });
});

describe("the dry run", () => {
  it("builds the Worker of an environment, says what a deploy would do, and asks nobody", async () => {
    const store = createFileStore(join(home, "store"));
    await publishFake(store, { name: "letters", logits: [1, 2] });
    const program = [process.execPath, join(packageRoot, "cli/deploy-edge.ts")];
    const options = { cwd: home, program, env: { HTTPS_PROXY: "http://127.0.0.1:1", CLOUDFLARE_API_TOKEN: "" } };
    const given = ["--dry-run", "--json", "--env", "staging", "--store", `file:${join(home, "store")}`];
    const { code, stdout, stderr } = await runCommand(given, options);
    expect(stderr).toMatch(/build {6}whippet-staging, [\d.]+ KiB gzipped/);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      dryRun: true,
      worker: "whippet-staging",
      bucket: "whippet-models-staging",
      models: [{ name: "letters", fits: true }],
    });
  });

  it("says which models do not fit, and who answers for them", async () => {
    const store = createMemoryStore();
    const edge = { startupMs: 1, cpuMs: 1, peakMb: 300, fits: false };
    await publishFake(store, { name: "big", logits: [1, 2], manifest: { limits: { edge } } });
    const alone = partsFor(store);
    await rehearseEdge(alone, production);
    expect(alone.said[0]).toContain("big does not fit a Worker: it will answer 503 until --fallback names a server");
    const helped = partsFor(store);
    const variables = { WHIPPET_FALLBACK_URL: "https://lambda.example/" };
    await rehearseEdge(helped, { ...production, variables });
    expect(helped.said[0]).toContain("big does not fit a Worker: lambda.example answers for it");
  });
});

describe("without a token", () => {
  it("ends at once, and says how to get one", async () => {
    const program = [process.execPath, join(packageRoot, "cli/deploy-edge.ts")];
    const { code, stderr } = await runCommand([], { cwd: home, program, env: { CLOUDFLARE_API_TOKEN: "" } });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /CLOUDFLARE_API_TOKEN is not set; make one at https:\/\/dash\.cloudflare\.com.*export CLOUDFLARE_API_TOKEN=/,
    );
  });
});
