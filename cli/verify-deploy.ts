/**
 * `npm run verify:deploy`: after `sst deploy`, holds the URLs that it wrote to .sst/outputs.json against the published
 * model's probes. Before the first model is published there is nothing to hold them against, and that is no failure.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { explain } from "../shared/failure.ts";
import { packageRoot } from "../shared/package-root.ts";
import { answering } from "./answering.ts";

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
  /** Between two looks at something that is not right yet. */
  pause?: (milliseconds: number) => Promise<unknown>;
}

/** `whippet verify`'s own, where it has no key that the server takes: nothing is known of the answers. */
const UNAUTHORIZED = 2;

/**
 * A new address may be known in one place and not yet in the next, and a promotion come in between: what is wrong once
 * is looked at again.
 */
const ATTEMPTS = 3;
const BETWEEN_ATTEMPTS = 15_000;

/**
 * @returns the exit code: 0 when every URL that has a model answers as the model was made to, 1 when one does not, 2 when
 *   that cannot be said for want of a key
 */
export const verifyDeploy = async (deployed: Deployed): Promise<number> => {
  const { url, edge } = outputs.parse(JSON.parse(readFileSync(join(deployed.folder, ".sst", "outputs.json"), "utf8")));
  const codes: number[] = [];
  for (const at of [url, edge].filter((address) => address.startsWith("https://")))
    codes.push(await verifyUrl(at, deployed));
  if (codes.every((code) => code === 0)) return 0;
  return codes.some((code) => code !== 0 && code !== UNAUTHORIZED) ? 1 : UNAUTHORIZED;
};

const verifyUrl = async (at: string, deployed: Deployed): Promise<number> => {
  const { fetch, say, pause = sleep } = deployed;
  try {
    await answering(at, { fetch, signal: new AbortController().signal, pause });
  } catch (error) {
    say(explain(error));
    return 1;
  }
  for (let attempt = 1; ; attempt++) {
    const code = await verifyOnce(at, deployed).catch((error: unknown) => {
      say(explain(error));
      return 1;
    });
    if (code === 0 || code === UNAUTHORIZED || attempt === ATTEMPTS) return code;
    say(`${at}: looking again`);
    await pause(BETWEEN_ATTEMPTS);
  }
};

/** @throws Error when the list of models does not come */
const verifyOnce = async (at: string, { fetch, verify, say }: Deployed): Promise<number> => {
  const response = await fetch(new URL("models", at.endsWith("/") ? at : `${at}/`));
  if (!response.ok) throw new Error(`${at} answers ${response.status} to GET /models`);
  if (modelList.parse(await response.json()).models.length === 0) {
    say(`${at} has no model yet: npx whippet push NAME --to STORE`);
    return 0;
  }
  const code = verify(at);
  if (code === UNAUTHORIZED)
    say(`${at} cannot be verified: set WHIPPET_KEY to a key that it takes (npx whippet keys add NAME --store STORE)`);
  return code;
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
