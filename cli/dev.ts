/**
 * `npm run dev`: the Worker on this machine, with the models of the local store (WHIPPET_STORE). Arguments go on to
 * `wrangler dev`, e.g. `npm run dev -- --port 9000`.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { explain } from "../shared/failure.ts";
import { packageRoot } from "../shared/package-root.ts";
import { ensureBuiltIn } from "./built-in.ts";
import { createContext } from "./context.ts";
import { fillBucket } from "./dev-bucket.ts";

const configPath = join(packageRoot, "wrangler.toml");
const wrangler = join(dirname(createRequire(import.meta.url).resolve("wrangler/package.json")), "bin/wrangler.js");

/** @returns wrangler's exit code; Ctrl-C and SIGTERM reach it, and it is waited for */
const runWrangler = (signal: AbortSignal): Promise<number> =>
  new Promise((resolve, reject) => {
    const given = process.argv.slice(2);
    // wrangler refuses an option that is there twice
    const port = given.some((argument) => /^--port\b/.test(argument)) ? [] : ["--port", "8787"];
    const args = [wrangler, "dev", "--config", configPath, ...port, ...given];
    const child = spawn(process.execPath, args, { stdio: "inherit", cwd: packageRoot });
    signal.addEventListener("abort", () => child.kill("SIGINT"), { once: true });
    child.once("error", reject);
    child.once("exit", (code) => resolve(signal.aborted ? 0 : (code ?? 1)));
  });

const context = createContext();
try {
  const store = context.openStore({});
  await ensureBuiltIn(store, context.terminal, context.signal);
  const written = await fillBucket(store, configPath);
  context.terminal.line(`The local R2 holds what ${store.url} has published (${written} objects written).`);
  context.signal.throwIfAborted();
  process.exitCode = await runWrangler(context.signal);
} catch (error) {
  context.terminal.line(`npm run dev: ${explain(error)}`);
  process.exitCode = 1;
}
