/** `npm run deploy:edge` where a Worker is already: what it was told, by whichever deploy, is not lost. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { deployEdge, type EdgeSettings } from "../../../cli/edge/deploy.ts";
import { startServer } from "../../../functions/node.ts";
import { systemClock } from "../../../shared/classifier/clock.ts";
import { createKey, listKeys } from "../../../shared/keys/keys.ts";
import { ADDRESS, opened, partsFor, started, stopAll, stopLater } from "../../cli/edge-account.ts";
import { createFakeEngine } from "../../functions/fake-engine.ts";
import { publishFake } from "../../functions/publishing.ts";
import { createMemoryStore } from "../../store/memory.ts";
import type { FakeCloudflare } from "../../tools/cloudflare.ts";

const production: EdgeSettings = { environment: "production", variables: {}, keys: false, fallbackToken: false };
afterEach(stopAll);

describe("a deploy to a Worker that is there", () => {
  const letters = createMemoryStore();
  const there = createMemoryStore();
  /** What the Worker was told before, by `sst deploy` say. */
  const before = {
    WHIPPET_ACCESS: "key",
    WHIPPET_FEEDBACK: "1",
    WHIPPET_CORS: "https://example.org",
    WHIPPET_FALLBACK_URL: "https://lambda.example/",
  };
  beforeAll(() => publishFake(letters, { name: "letters", logits: [1, 2] }));

  const told = (api: FakeCloudflare): Record<string, unknown> =>
    Object.fromEntries(
      api.workers
        .get("whippet")!
        .bindings.flatMap(({ type, name, text }) => (type === "plain_text" ? [[name, text]] : [])),
    );

  /** Deploys beside `before`, and asks a server that reads the bucket as the Worker would. */
  const deployedAgain = async (settings: Partial<EdgeSettings>, environment: Record<string, string> = {}) => {
    const api = await started({ buckets: ["whippet-models"] });
    const bindings = Object.entries(before).map(([name, text]) => ({ type: "plain_text", name, text }));
    api.workers.set("whippet", { bindings, limits: {}, observability: {} });
    const parts = partsFor(letters, api, environment);
    const server = await startServer({
      store: there,
      engine: createFakeEngine(),
      host: "127.0.0.1",
      port: 0,
      log: () => {},
      chosen: { access: "key" },
    });
    stopLater(() => server.close());
    await deployEdge(
      parts,
      { ...production, ...settings },
      {
        cloudflare: await opened(api),
        openBucket: async () => there,
        fetch: (url, init) => fetch(String(url).replace(ADDRESS, server.url), init),
      },
    );
    return { api, said: parts.said.join("") };
  };

  it("leaves it what it was told, its keys before all, and says so; it is verified by a key of the moment", async () => {
    const { api, said } = await deployedAgain({});
    expect(told(api)).toMatchObject(before);
    expect(said).toContain("kept as the Worker has it: WHIPPET_ACCESS=key WHIPPET_FEEDBACK=1 WHIPPET_CORS=");
    expect(said).toContain("letters: all 1 probes agree");
    expect(await there.list("keys/")).toEqual([]);
    expect(await there.list("usage/")).toEqual([]);
  });

  it("changes what is said now, and takes away what is said to be nothing", async () => {
    const { api } = await deployedAgain({
      variables: { WHIPPET_CORS: "", WHIPPET_FEEDBACK: "", WHIPPET_FALLBACK_URL: "https://other.example/" },
    });
    expect(told(api)).toMatchObject({ WHIPPET_ACCESS: "key", WHIPPET_FALLBACK_URL: "https://other.example/" });
    for (const name of ["WHIPPET_CORS", "WHIPPET_FEEDBACK"]) expect(told(api)).not.toHaveProperty(name);
  });

  it("hands it the fallback's token as a secret", async () => {
    const { api } = await deployedAgain({ fallbackToken: true }, { WHIPPET_FALLBACK_TOKEN: "0123456789abcdef" });
    expect(api.workers.get("whippet")?.bindings).toContainEqual({
      name: "WHIPPET_FALLBACK_TOKEN",
      type: "secret_text",
      text: "0123456789abcdef",
    });
  });

  it("carries the keys of the store where that is asked for", async () => {
    const { hash } = await createKey(letters, { name: "phone", quota: 10 }, systemClock);
    await deployedAgain({});
    expect(await listKeys(there)).toEqual([]);
    const { said } = await deployedAgain({ keys: true });
    expect(said).toMatch(/keys {7}1 added, 0 revoked/);
    expect(await listKeys(there)).toMatchObject([{ hash, name: "phone" }]);
  });

  it("sends nothing when a variable is one that the Worker would refuse, or what it has cannot be read", async () => {
    await expect(deployedAgain({ variables: { WHIPPET_ACCESS: "everyone" } })).rejects.toThrow(
      /WHIPPET_ACCESS is "everyone"; it must be public, or key/,
    );
    const api = await started({ buckets: ["whippet-models"] });
    const cloudflare = await opened(api);
    const deploy = deployEdge(partsFor(letters, api), production, {
      cloudflare: { ...cloudflare, variables: () => Promise.reject(new Error("403")) },
      openBucket: async () => there,
      fetch,
    });
    await expect(deploy).rejects.toThrow("403");
    expect(api.workers.size).toBe(0);
  });
});
