/** SST's platform sources, which `sst install` writes beside sst.config.ts: needed to evaluate and to type-check it. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../shared/package-root.ts";

export const platformFolder = join(packageRoot, ".sst", "platform");

const lock = join(packageRoot, ".sst", "installing");
/** An install takes under a minute; what holds the lock for longer was killed. */
const STALE_MILLISECONDS = 300_000;

/** Whether the platform is there with every provider that the config names. */
const isInstalled = (): boolean => {
  const written = join(packageRoot, ".sst", "provider-lock.json");
  if (!existsSync(join(platformFolder, "config.d.ts")) || !existsSync(written)) return false;
  const installed: { name: string; version: string }[] = JSON.parse(readFileSync(written, "utf8"));
  const [, named = ""] = /providers: \{(.*)\}/.exec(readFileSync(join(packageRoot, "sst.config.ts"), "utf8")) ?? [];
  const wanted = [...named.matchAll(/"?([\w-]+)"?: "([^"]+)"/g)].map(([, name, version]) => `${name} ${version}`);
  return (
    wanted.sort().join() ===
    installed
      .map(({ name, version }) => `${name} ${version}`)
      .sort()
      .join()
  );
};

const pause = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

const isStale = (): boolean =>
  Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0) > STALE_MILLISECONDS;

/** Takes the lock, or waits until whoever has it is done. */
const locked = <Result>(work: () => Result): Result => {
  mkdirSync(join(packageRoot, ".sst"), { recursive: true });
  for (;;)
    try {
      mkdirSync(lock);
      break;
    } catch {
      if (isStale()) rmSync(lock, { recursive: true, force: true });
      else pause(500);
    }
  try {
    return work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
};

/** There, or installed now; two test files that ask at once install it once. */
export const hasPlatform = (): boolean => {
  if (isInstalled() && !existsSync(lock)) return true;
  return locked(() => {
    if (isInstalled()) return true;
    // SST_NO_BUN: providers come by npm; the check looks for pulumi and bun, which only a deploy needs
    const environment = { SST_SKIP_DEPENDENCY_CHECK: "1", SST_NO_BUN: "1", SST_TELEMETRY_DISABLED: "1" };
    spawnSync("npx", ["--no-install", "sst", "install", "--stage", "ci"], {
      cwd: packageRoot,
      env: { ...process.env, ...environment },
      stdio: "ignore",
      timeout: STALE_MILLISECONDS - 30_000,
    });
    return isInstalled();
  });
};
