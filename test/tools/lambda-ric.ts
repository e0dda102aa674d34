/**
 * AWS's own runtime interface client, the program that runs a handler inside Lambda. It compiles as it is installed, so it
 * is no dependency: it is put into .tools/lambda-ric the first time it is needed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../shared/package-root.ts";

const folder = join(packageRoot, ".tools", "lambda-ric");

/** The program; its arguments are the file and name of the handler. */
export const runtimeClient = join(folder, "node_modules/aws-lambda-ric/index.mjs");
const compiled = join(folder, "node_modules/aws-lambda-ric/rapid-client.node");

/** Debian's names of what it is compiled with. */
const compilers = ["autoconf", "automake", "libtool", "cmake", "g++", "make", "xz-utils"];

const run = (command: string, args: readonly string[], cwd: string): boolean =>
  spawnSync(command, args, { cwd, stdio: "ignore", timeout: 600_000 }).status === 0;

const installCompilers = (): boolean =>
  process.getuid?.() === 0 &&
  run("apt-get", ["update"], folder) &&
  run("apt-get", ["install", "-y", "--no-install-recommends", ...compilers], folder);

const install = (): boolean => {
  mkdirSync(folder, { recursive: true });
  const description = {
    private: true,
    dependencies: { "aws-lambda-ric": "4.0.2" },
    allowScripts: { "aws-lambda-ric": true },
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(description));
  const attempt = () => run("npm", ["install", "--no-audit", "--no-fund"], folder) && existsSync(compiled);
  return attempt() || (installCompilers() && attempt());
};

let there: boolean | undefined;

/** Whether it can be run; installs it first where it is missing. */
export const hasRuntimeClient = (): boolean =>
  (there ??= existsSync(compiled) || (process.platform === "linux" && install()));
