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

/** What a deploy that printed `edge` is verified to, where each URL has so many models and `verify` ends with `code`. */
const verified = async ({ edge = worker, models = 1, code = 0, status = 200 }) => {
  await writeFile(join(home, ".sst", "outputs.json"), JSON.stringify({ url: lambda, edge, training: "on" }));
  const asked: string[] = [];
  const said: string[] = [];
  const exitCode = await verifyDeploy({
    folder: home,
    fetch: async (url) => {
      asked.push(String(url));
      return Response.json(
        { default: null, models: Array.from({ length: models }, () => ({ name: "dogs" })) },
        { status },
      );
    },
    verify: (url) => {
      asked.push(`verify ${url}`);
      return code;
    },
    say: (line) => void said.push(line),
  });
  return { exitCode, asked, said };
};

describe("verify:deploy", () => {
  it("verifies the Lambda and the Worker that the deploy printed", async () =>
    expect(await verified({})).toEqual({
      exitCode: 0,
      asked: [`${lambda}models`, `verify ${lambda}`, `${worker}/models`, `verify ${worker}`],
      said: [],
    }));

  it("verifies the Lambda alone where no Worker was deployed", async () =>
    expect((await verified({ edge: "off: set CLOUDFLARE_API_TOKEN" })).asked).toEqual([
      `${lambda}models`,
      `verify ${lambda}`,
    ]));

  it("fails when a probe comes out otherwise", async () => expect((await verified({ code: 1 })).exitCode).toBe(1));

  it("fails when a URL does not answer", async () => {
    const { exitCode, said } = await verified({ status: 502 });
    expect(exitCode).toBe(1);
    expect(said[0]).toBe(`${lambda} answers 502 to GET /models`);
  });

  it("passes a deploy that no model was published to yet, and says how", async () => {
    const { exitCode, said } = await verified({ models: 0 });
    expect(exitCode).toBe(0);
    expect(said[0]).toContain("has no model yet: npx whippet push");
  });
});
