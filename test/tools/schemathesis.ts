/** Schemathesis: makes requests out of an OpenAPI document, fitting and unfitting ones, and holds the answers to it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../shared/package-root.ts";
import { pipInstalled } from "./pip.ts";

const folder = "schemathesis";

let there: boolean | undefined;

/** Whether it can be started; fetches it first where it is missing. */
export const hasSchemathesis = (): boolean =>
  (there ??= pipInstalled({ requirement: "schemathesis==4.32.5", folder, file: "schemathesis/__init__.py" }));

/** @returns its exit status, 0 when every answer was as described, and what it printed */
export const runSchemathesis = async (
  document: string,
  options: readonly string[],
): Promise<{ code: number | null; said: string }> => {
  // it leaves a folder where it runs
  const home = await mkdtemp(join(tmpdir(), "whippet-schemathesis-"));
  const child = spawn("python3", ["-m", "schemathesis.cli", "run", document, "--no-color", ...options], {
    cwd: home,
    env: { ...process.env, PYTHONPATH: join(packageRoot, ".tools", folder) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const [code] = (await once(child, "close")) as [number | null];
  await rm(home, { recursive: true, force: true });
  return { code, said };
};
