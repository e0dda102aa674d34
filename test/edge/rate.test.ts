/** How often one address may ask a Worker, in workerd, and what wrangler.toml binds. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestHarness, unstable_readConfig as readConfig, type TestHarness } from "wrangler";
import { edgeLimits } from "../../shared/limits.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { temporaryFolder } from "../e2e/folders.ts";

const configPath = join(packageRoot, "wrangler.toml");

describe("the rate limit", () => {
  const few = { work: 3, reading: 6 };
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let worker: TestHarness;
  beforeAll(async () => {
    // the Worker's own, with limits that a test reaches within their minute
    folder = await temporaryFolder("rate");
    const path = join(folder.home, "wrangler.toml");
    const [own] = (await readFile(configPath, "utf8")).split("[env.production]");
    const config = own!
      .replace("functions/edge.ts", join(packageRoot, "functions/edge.ts"))
      .replace("limit = 100,", `limit = ${few.work},`)
      .replace("limit = 1000,", `limit = ${few.reading},`);
    await writeFile(path, config);
    // what its build writes to, which is looked for before it is built
    await mkdir(join(folder.home, readConfig({ config: configPath }).assets!.directory!), { recursive: true });
    worker = createTestHarness({ workers: [{ configPath: path }] });
    await worker.listen();
  });
  afterAll(async () => {
    await worker?.close();
    await folder?.remove();
  });

  const ask = (path: string, method: "GET" | "POST", address = "192.0.2.1") =>
    worker.fetch(path, { method, headers: { "cf-connecting-ip": address }, ...(method === "POST" && { body: "x" }) });
  const statuses = async (path: string, method: "GET" | "POST", times: number) => {
    const seen: number[] = [];
    for (let i = 0; i < times; i++) seen.push((await ask(path, method)).status);
    return seen;
  };

  it("answers 429 to the one who asks too often, and says when to ask again", async () => {
    expect(await statuses("/models/nobody", "POST", few.work + 1)).toEqual([...Array(few.work).fill(404), 429]);
    const refused = await ask("/classify", "POST");
    expect(refused.headers.get("retry-after")).toBe(String(edgeLimits.rate.work.seconds));
    expect(await refused.json()).toMatchObject({ title: "Too many requests", status: 429 });
    expect((await ask("/models/nobody", "POST", "192.0.2.2")).status).toBe(404);
  });

  it("counts reading by itself, and not who looks whether the Worker is alive", async () => {
    expect(await statuses("/models", "GET", few.reading + 1)).toEqual([...Array(few.reading).fill(200), 429]);
    expect(await statuses("/healthz", "GET", few.reading + 1)).toEqual(Array(few.reading + 1).fill(200));
  });
});

describe("wrangler.toml", () => {
  it.each([undefined, "production", "staging"])("binds everything that the Worker needs in environment %s", (env) => {
    const { work, reading } = edgeLimits.rate;
    const config = readConfig({ config: configPath, ...(env && { env }) });
    expect(config.r2_buckets).toMatchObject([{ binding: "MODELS" }]);
    expect(config.ratelimits).toMatchObject([
      { name: "RATE", simple: { limit: work.requests, period: work.seconds } },
      { name: "READS", simple: { limit: reading.requests, period: reading.seconds } },
    ]);
    expect(config.vars).toEqual({ WHIPPET_MODEL: "", WHIPPET_FALLBACK_URL: "" });
    expect(config.limits).toEqual({ cpu_ms: edgeLimits.cpu });
    expect(config.observability).toEqual({ enabled: true });
  });

  it("keeps the environments apart", () => {
    const [production, staging] = ["production", "staging"].map((env) => readConfig({ config: configPath, env }));
    expect(staging!.name).not.toBe(production!.name);
    expect(staging!.r2_buckets[0]!.bucket_name).not.toBe(production!.r2_buckets[0]!.bucket_name);
    const namespaces = [production, staging].flatMap((config) => config!.ratelimits as { namespace_id: string }[]);
    expect(new Set(namespaces.map(({ namespace_id }) => namespace_id)).size).toBe(4);
  });
});
