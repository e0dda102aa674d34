/**
 * `npm run article -- <kaggle folder>`: the walk of docs/dog-breeds.md on the real competition's folder, from labels.csv to
 * submission.csv in the current folder, and its accuracies beside the article's. What follows the folder goes to `train`.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { explain } from "../shared/failure.ts";
import type { Manifest } from "../shared/manifest.ts";
import { packageRoot } from "../shared/package-root.ts";
import { exitCode, UsageError } from "./failure.ts";
import { percent, table } from "./terminal.ts";
import { RUNS } from "./train/last-run.ts";

/** Of the notebook: InceptionResNetV2 with the head that `--head keras` is, after its last epoch. */
const ARTICLE = { training: 0.9449, validation: 0.9023 };
const MODEL = "dogs";
const SUBMISSION = "submission.csv";

/** A step ended with this code, having said why. */
class StepError extends Error {
  override readonly name = "StepError";
  readonly code: number;
  constructor(command: string, code: number) {
    super(`${command} ended with ${code}`);
    this.code = code;
  }
}

/** @returns what the command printed as data */
const whippet = async (...args: string[]): Promise<string> => {
  const quiet = args.includes("--json");
  if (!quiet) process.stderr.write(`\n$ npx whippet ${args.join(" ")}\n`);
  const stdio = ["inherit", quiet ? "pipe" : "inherit", "inherit"] as const;
  const child = spawn(process.execPath, [join(packageRoot, "cli/bin.js"), ...args], { stdio: [...stdio] });
  let printed = "";
  child.stdout?.on("data", (chunk) => (printed += chunk));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new StepError(`npx whippet ${args[0]}`, code ?? 1);
  return printed;
};

/** Accuracies of the epoch that was kept: on the photos that a head learned from, and on others. */
const learned = async (head: unknown): Promise<{ training: number; validation: number }> => {
  const [, ...lines] = (await readFile(join(RUNS, MODEL, "history.csv"), "utf8")).trim().split("\n");
  const rows = lines.map((line) => {
    const [, , training = 0, loss = 0, validation = 0] = line.split(",").map(Number);
    return { training, loss, validation };
  });
  // the linear head is the last epoch's, the other the one whose loss was lowest
  return head === "keras" ? rows.reduce((best, row) => (row.loss < best.loss ? row : best)) : rows.at(-1)!;
};

const walk = async (folder: string | undefined, options: readonly string[]): Promise<void> => {
  if (folder === undefined || folder.startsWith("-"))
    throw new UsageError(
      "name the competition's folder, with labels.csv, train/, test/ and sample_submission.csv: npm run article -- dog-breed-identification",
    );
  const test = join(folder, "test");
  const [first] = (await readdir(test).catch(() => [])).filter((name) => name.endsWith(".jpg")).sort();
  if (first === undefined)
    throw new UsageError(`${resolve(test)} holds no photos; unpack the competition's files in ${folder} first`);

  await whippet("train", folder, "--name", MODEL, "--tensorboard", ...options);
  await whippet("models", MODEL);
  await whippet("classify", join(test, first), "--model", MODEL);
  const sample = join(folder, "sample_submission.csv");
  await whippet("predict", test, "--sample", sample, "--out", SUBMISSION, "--model", MODEL);

  const versions = (await whippet("models", MODEL, "--json"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const { head, metrics } = versions.find(({ role }) => role === "answers") as Manifest;
  const { training } = await learned(head.kind);
  const validation = metrics.float!.top1;
  const shares = (name: string, of: { training: number; validation: number }) => [
    name,
    percent(of.training),
    percent(of.validation),
  ];
  const rows = [shares("the article", ARTICLE), shares(`${MODEL}, ${head.kind} head`, { training, validation })];
  process.stdout.write(`\n${table(["accuracy on", "training photos", "validation photos"], rows)}\n`);
};

const [folder, ...options] = process.argv.slice(2);
await walk(folder, options).catch((error: unknown) => {
  process.exitCode = error instanceof StepError ? error.code : exitCode(error);
  process.stderr.write(`article: ${explain(error)}\n`);
});
