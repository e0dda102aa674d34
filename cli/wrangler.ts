/** The wrangler of package-lock.json, and the configuration that it reads. */
import { type SpawnOptions, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { packageRoot } from "../shared/package-root.ts";

export const wranglerConfig = join(packageRoot, "wrangler.toml");

const program = join(dirname(createRequire(import.meta.url).resolve("wrangler/package.json")), "bin/wrangler.js");

/** Starts it in the package's folder. */
export const spawnWrangler = (args: readonly string[], options: SpawnOptions) =>
  spawn(process.execPath, [program, ...args, "--config", wranglerConfig], { cwd: packageRoot, ...options });

export interface WranglerRun {
  args: readonly string[];
  /** Beside this process's own. */
  environment?: Readonly<Record<string, string>>;
  /** Ends it. */
  signal?: AbortSignal;
}

/**
 * Runs it to its end, without asking anyone anything.
 * @returns what it printed on stdout
 * @throws Error with all that it said when it fails
 */
export const runWrangler = ({ args, environment = {}, signal }: WranglerRun): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawnWrangler(args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, CI: "1", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false", ...environment },
      ...(signal && { signal }),
    });
    let stdout = "";
    let said = "";
    child.stdout?.on("data", (chunk) => {
      stdout += chunk;
      said += chunk;
    });
    child.stderr?.on("data", (chunk) => (said += chunk));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`wrangler ${args[0]} ended with ${code}; it said:\n${said.trim()}`));
    });
  });
