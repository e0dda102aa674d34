/**
 * `npm run dev`: the Worker on this machine, with the models of the local store (WHIPPET_STORE). Arguments go on to
 * `wrangler dev`, e.g. `npm run dev -- --port 9000`.
 */
import { explain } from "../shared/failure.ts";
import { ensureBuiltIn } from "./built-in.ts";
import { createContext } from "./context.ts";
import { fillBucket } from "./dev-bucket.ts";
import { entryForStore } from "./edge/entry.ts";
import { spawnWrangler, wranglerConfig } from "./wrangler.ts";

/** @returns wrangler's exit code; Ctrl-C and SIGTERM reach it, and it is waited for */
const serve = (entry: string, signal: AbortSignal): Promise<number> =>
  new Promise((resolve, reject) => {
    const given = process.argv.slice(2);
    // wrangler refuses an option that is there twice
    const port = given.some((argument) => /^--port\b/.test(argument)) ? [] : ["--port", "8787"];
    const child = spawnWrangler(["dev", entry, ...port, ...given], { stdio: "inherit" });
    signal.addEventListener("abort", () => child.kill("SIGINT"), { once: true });
    child.once("error", reject);
    child.once("exit", (code) => resolve(signal.aborted ? 0 : (code ?? 1)));
  });

const context = createContext();
try {
  const store = context.openStore({});
  await ensureBuiltIn(store, context.terminal, context.signal);
  const written = await fillBucket(store, wranglerConfig);
  context.terminal.line(`The local R2 holds what ${store.url} has published (${written} objects written).`);
  context.signal.throwIfAborted();
  process.exitCode = await serve(await entryForStore(store), context.signal);
} catch (error) {
  context.terminal.line(`npm run dev: ${explain(error)}`);
  process.exitCode = 1;
}
