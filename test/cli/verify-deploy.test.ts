import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { verifyDeploy } from "../../cli/verify-deploy.ts";
import { temporaryFolder } from "../e2e/folders.ts";

const { home, remove } = await temporaryFolder("verify-deploy");
afterAll(remove);
await mkdir(join(home, ".sst"));

const lambda = "https://a.lambda-url.eu-central-1.on.aws/";
const worker = "https://whippet.example.workers.dev";

interface Situation {
  edge?: string;
  models?: number;
  status?: number;
  /** What `whippet verify` ends with, one call after the other; the last one stays. */
  codes?: number[];
  /** So many requests to the Worker meet a name that is not known yet. */
  unknown?: number;
}

/** What a deploy is verified to, and what was asked on the way. */
const verified = async ({ edge = worker, models = 1, status = 200, codes = [0], unknown = 0 }: Situation) => {
  await writeFile(join(home, ".sst", "outputs.json"), JSON.stringify({ url: lambda, edge, training: "on" }));
  const asked: string[] = [];
  const said: string[] = [];
  let missed = 0;
  let waited = 0;
  const exitCode = await verifyDeploy({
    folder: home,
    fetch: async (url) => {
      asked.push(String(url));
      if (String(url).startsWith(worker) && missed++ < unknown)
        throw new TypeError("fetch failed", { cause: new Error("getaddrinfo ENOTFOUND whippet.example.workers.dev") });
      if (String(url).endsWith("/healthz")) return Response.json({ alive: true });
      return Response.json(
        { default: null, models: Array.from({ length: models }, () => ({ name: "dogs" })) },
        { status },
      );
    },
    verify: (url) => {
      asked.push(`verify ${url}`);
      return codes.length > 1 ? codes.shift()! : codes[0]!;
    },
    say: (line) => void said.push(line),
    pause: async (milliseconds) => void (waited += milliseconds),
  });
  return { exitCode, asked, said, waited };
};

describe("verify:deploy", () => {
  it("verifies the Lambda and the Worker that the deploy printed", async () =>
    expect(await verified({})).toEqual({
      exitCode: 0,
      asked: [
        ...[`${lambda}healthz`, `${lambda}models`, `verify ${lambda}`],
        ...[`${worker}/healthz`, `${worker}/models`, `verify ${worker}`],
      ],
      said: [],
      waited: 0,
    }));

  it("verifies the Lambda alone where no Worker was deployed", async () =>
    expect((await verified({ edge: "off: set CLOUDFLARE_API_TOKEN" })).asked).toEqual([
      `${lambda}healthz`,
      `${lambda}models`,
      `verify ${lambda}`,
    ]));

  it("waits for a new name until it is known", async () => {
    const { exitCode, said, waited } = await verified({ unknown: 20 });
    expect({ exitCode, said, waited }).toEqual({ exitCode: 0, said: [], waited: 20_000 });
  });

  it("fails in one line when a name stays unknown, without waiting for ever", async () => {
    const { exitCode, said, waited } = await verified({ unknown: 1_000_000 });
    expect(exitCode).toBe(1);
    expect(said).toEqual([
      `${worker}/healthz does not answer (getaddrinfo ENOTFOUND whippet.example.workers.dev), even after 90 seconds`,
    ]);
    expect(waited).toBeLessThanOrEqual(90_000);
  });

  it("looks again when a probe comes out otherwise: the next place may not know the new name or version yet", async () =>
    expect(await verified({ codes: [1, 0] })).toMatchObject({
      exitCode: 0,
      said: [`${lambda}: looking again`],
      waited: 15_000,
    }));

  it("fails when a probe goes on coming out otherwise", async () => {
    const { exitCode, asked } = await verified({ edge: "off", codes: [1] });
    expect(exitCode).toBe(1);
    expect(asked.filter((what) => what.startsWith("verify"))).toHaveLength(3);
  });

  it("fails when a URL does not answer", async () => {
    const { exitCode, said } = await verified({ status: 502 });
    expect(exitCode).toBe(1);
    expect(said[0]).toBe(`${lambda} answers 502 to GET /models`);
  });

  it("tells apart that nothing can be said for want of a key, at once and with what to do", async () => {
    const { exitCode, said, waited } = await verified({ codes: [2] });
    expect({ exitCode, waited }).toEqual({ exitCode: 2, waited: 0 });
    expect(said[0]).toMatch(/cannot be verified: set WHIPPET_KEY to a key that it takes/);
    // a wrong answer of the other weighs more
    expect((await verified({ codes: [2, 1] })).exitCode).toBe(1);
  });

  it("passes a deploy that no model was published to yet, and says how", async () => {
    const { exitCode, said } = await verified({ models: 0 });
    expect(exitCode).toBe(0);
    expect(said[0]).toContain("has no model yet: npx whippet push");
  });
});
