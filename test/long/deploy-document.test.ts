/**
 * docs/deploy.md, followed to the letter in a copy of this checkout, as far as it goes without an account: SeaweedFS stands
 * for S3, and the built bundle under AWS' runtime client for the function behind the URL.
 */
import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../shared/package-root.ts";
import { draw } from "../drawing.ts";
import { fillWithPhotos, temporaryFolder } from "../e2e/folders.ts";
import { has } from "../require.ts";
import { cloneCheckout, freshEnvironment } from "../tools/clone.ts";
import { commandsIn, missingLine } from "../tools/document.ts";
import { createLambda, type Lambda } from "../tools/lambda.ts";
import { type Seaweed, startSeaweed } from "../tools/seaweed.ts";
import { graphOf } from "./infra/situations.ts";

const documented = commandsIn(await readFile(join(packageRoot, "docs/deploy.md"), "utf8"));
/** What a deploy would have printed. */
const URL_THERE = "https://abc123.lambda-url.eu-central-1.on.aws";
const BUCKET_THERE = "whippet-production-modelsbucket-example";

const { home, remove } = await temporaryFolder("deploy-document");
const clone = join(home, "whippet");

/** Both streams as a terminal shows them, and the exit code. */
const shell = (command: string, env: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn("bash", ["-euo", "pipefail", "-c", command], {
      cwd: clone,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });

describe("docs/deploy.md", () => {
  it("says of every command whether it needs an account, and what it prints", () => {
    expect(documented.filter(({ kind }) => kind !== "account").length).toBeGreaterThanOrEqual(9);
    // what needs no account is not marked as if it did
    for (const { command } of documented.filter(({ kind }) => kind === "account"))
      expect(command).toMatch(
        /^(export|aws|npx sst|npx wrangler|npx whippet doctor --cloud|curl .*workers\.dev|CLOUDFLARE_API_TOKEN=)|--remote/,
      );
  });
});

describe.runIf(has("sst"))("what it says that `sst deploy` prints", () => {
  it("is what sst.config.ts gives out", async () => {
    const { prints } = documented.find(({ command }) => command === "npx sst deploy --stage production")!;
    const names = prints.map((line) => /^ +(\w+): /.exec(line)?.[1]).filter((name) => name !== undefined);
    expect(names.length).toBeGreaterThan(4);
    const { outputs } = await graphOf("production");
    for (const name of names) expect(outputs).toHaveProperty(name);
    for (const name of ["edge", "alarms"]) expect(prints).toContain(`   ${name}: ${outputs[name]}`);
  });
});

describe.runIf(has("seaweed") && has("lambda-ric"))("its commands, from a fresh clone to an answering URL", () => {
  let seaweed: Seaweed;
  let lambda: Lambda | undefined;
  beforeAll(async () => {
    await cloneCheckout(clone);
    await fillWithPhotos(join(home, "photos/dogs"), 12);
    await writeFile(join(home, "dog.jpg"), await draw("stars", 3).jpeg().toBuffer());
    seaweed = await startSeaweed();
    await seaweed.createBucket(BUCKET_THERE);
  });
  afterAll(async () => {
    await lambda?.close();
    await seaweed?.stop();
    await remove();
  });

  /** What `sst deploy` would have put there, from the bundle that the page has built by then. */
  const deployed = async (): Promise<Lambda> =>
    (lambda ??= await createLambda({
      folder: join(clone, "dist/lambda/native"),
      environment: { ...seaweed.environment, WHIPPET_STORE: `s3://${BUCKET_THERE}` },
    }));

  it.each(documented.filter(({ kind }) => kind !== "account"))("$command", async ({ command, kind, prints }) => {
    const url = command.includes(URL_THERE) ? (await deployed()).url : URL_THERE;
    const { code, output } = await shell(
      command.replaceAll(URL_THERE, url),
      freshEnvironment(home, seaweed.environment),
    );
    expect(code === 0, `it ended with ${code} and printed:\n${output}`).toBe(kind === "runs");
    const missing = missingLine(prints, output.replaceAll(url, URL_THERE));
    expect(missing, `it printed:\n${output}`).toBeUndefined();
  });
});
