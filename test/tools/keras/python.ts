/** Keras itself, on a CPU: PyPI's tensorflow-cpu in .tools/keras, put there the first time it is needed. 1 GB. */
import { spawnSync } from "node:child_process";
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../shared/package-root.ts";

/** The last with Keras 2, which the published weights are of. */
const wheel = "tensorflow-cpu==2.15.1";

/** That it has wheels for. */
const versions = ["python3.11", "python3.10", "python3.9", "python3"];

const home = join(packageRoot, ".tools", "keras");
const importsKeras = ["-c", "import keras; assert keras.__version__.startswith('2.')"];

const succeeds = (command: string, ...options: string[]): boolean =>
  spawnSync(command, options, { stdio: "ignore", timeout: 600_000 }).status === 0;

/** A folder of packages rather than a virtual environment, which could not be moved into place whole. */
const pythonWithKeras = (): string | undefined => {
  const python = versions.find((version) =>
    succeeds(version, "-c", "import sys; assert (3, 9) <= sys.version_info < (3, 12)"),
  );
  if (!python) return undefined;
  const there = () => spawnSync(python, importsKeras, { stdio: "ignore", env: environment(home) }).status === 0;
  if (there()) return python;
  const draft = `${home}-${process.pid}`;
  const pip = ["-m", "pip", "install", "--quiet", "--retries", "1", "--timeout", "15", "--target", draft, wheel];
  if (succeeds(python, ...pip)) {
    rmSync(home, { recursive: true, force: true });
    renameSync(draft, home);
  }
  rmSync(draft, { recursive: true, force: true });
  return there() ? python : undefined;
};

const environment = (packages: string): NodeJS.ProcessEnv => ({
  ...process.env,
  PYTHONPATH: packages,
  TF_CPP_MIN_LOG_LEVEL: "3",
});

let found: string | undefined | "none";

export const hasKeras = (): boolean => (found ??= pythonWithKeras() ?? "none") !== "none";

/** Runs reference.py. @throws Error with what it said last */
export const runReference = (...options: string[]): void => {
  if (!hasKeras()) throw new Error("no Keras");
  const script = join(import.meta.dirname, "reference.py");
  const { status, stderr } = spawnSync(found!, [script, ...options], { encoding: "utf8", env: environment(home) });
  if (status !== 0) throw new Error(`reference.py failed: ${stderr.slice(-2000)}`);
};
