/**
 * `npm run verify:deploy`: after `sst deploy`, holds the URLs that it wrote to .sst/outputs.json against the published
 * model's probes. Before the first model is published there is nothing to hold them against, and that is no failure.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { packageRoot } from "../shared/package-root.ts";

const outputs = z.object({
  /** Of the Lambda; ends with a slash. */
  url: z.url(),
  /** The Worker's, or why there is none. */
  edge: z.string(),
});

const modelList = z.object({ models: z.array(z.unknown()) });

export interface Deployed {
  /** The folder of .sst/. */
  folder: string;
  fetch: typeof fetch;
  /** Runs `whippet verify URL`; returns its exit code. */
  verify: (url: string) => number;
  say: (line: string) => void;
}

/** @returns the exit code: 0 when every URL that has a model answers as the model was made to */
export const verifyDeploy = async ({ folder, fetch, verify, say }: Deployed): Promise<number> => {
  const { url, edge } = outputs.parse(JSON.parse(readFileSync(join(folder, ".sst", "outputs.json"), "utf8")));
  let worst = 0;
  for (const at of [url, edge].filter((address) => address.startsWith("https://"))) {
    const response = await fetch(new URL("models", at.endsWith("/") ? at : `${at}/`));
    if (!response.ok) {
      say(`${at} answers ${response.status} to GET /models`);
      worst = 1;
    } else if (modelList.parse(await response.json()).models.length === 0)
      say(`${at} has no model yet: npx whippet push NAME --to STORE`);
    else worst = Math.max(worst, verify(at));
  }
  return worst;
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  process.exitCode = await verifyDeploy({
    folder: packageRoot,
    fetch,
    verify: (url) =>
      spawnSync(process.execPath, [join(packageRoot, "cli", "bin.js"), "verify", url], { stdio: "inherit" }).status ??
      1,
    say: (line) => void process.stderr.write(`${line}\n`),
  });
