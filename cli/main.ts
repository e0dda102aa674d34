/** The `whippet` command: its subcommands, and how each of them ends. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, type OutputConfiguration } from "commander";
import { explain } from "../shared/failure.ts";
import { packageRoot } from "../shared/package-root.ts";
import { type Context, createContext } from "./context.ts";
import { exitCode } from "./failure.ts";

/** Each in a module of its own, so that a command starts without waiting for what only the others need. */
const commands: Record<string, () => Promise<(context: Context) => Command>> = {
  train: async () => (await import("./commands/train.ts")).trainCommand,
  classify: async () => (await import("./commands/classify.ts")).classifyCommand,
  evaluate: async () => (await import("./commands/evaluate.ts")).evaluateCommand,
  predict: async () => (await import("./commands/predict.ts")).predictCommand,
  serve: async () => (await import("./commands/serve.ts")).serveCommand,
  models: async () => (await import("./commands/models.ts")).modelsCommand,
  promote: async () => (await import("./commands/models.ts")).promoteCommand,
  rollback: async () => (await import("./commands/models.ts")).rollbackCommand,
  push: async () => (await import("./commands/push.ts")).pushCommand,
  remove: async () => (await import("./commands/models.ts")).removeCommand,
  prune: async () => (await import("./commands/models.ts")).pruneCommand,
  export: async () => (await import("./commands/export.ts")).exportCommand,
  verify: async () => (await import("./commands/verify.ts")).verifyCommand,
  trainings: async () => (await import("./commands/trainings.ts")).trainingsCommand,
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand,
  keys: async () => (await import("./commands/keys.ts")).keysCommand,
};

/** The command that comes first on the command line; without one all of them, to be listed. */
const wanted = ([, , first = ""]: readonly string[]): string[] =>
  Object.hasOwn(commands, first) ? [first] : Object.keys(commands);

const version = (): string => {
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };
  return version;
};

/** Runs the command line of this process, and sets its exit code. */
export const main = async (argv: readonly string[]): Promise<void> => {
  // `whippet models | head` closes our stdout early; that is not an error
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  const code = await run(createContext(), argv);
  if (code !== 0) process.exitCode = code;
};

/**
 * @param argv as `process.argv` has it
 * @param output where help and complaints about the command line go; by default to this process's stdout and stderr
 * @returns the exit code
 */
export const run = async (
  context: Context,
  argv: readonly string[],
  output: OutputConfiguration = {},
): Promise<number> => {
  const program = new Command("whippet")
    .description("Your photos in, a classifier behind a URL out.")
    .version(version())
    .showHelpAfterError("(whippet --help lists the commands, whippet <command> --help its options)")
    // so that what follows a command is the command's (`push --version`), and its subcommands'
    .enablePositionalOptions()
    .configureOutput(output)
    .exitOverride();
  for (const name of wanted(argv)) {
    const command = await commands[name]!();
    program.addCommand(command(context).copyInheritedSettings(program));
  }
  try {
    await program.parseAsync([...argv]);
    return 0;
  } catch (error) {
    // commander has already printed its own complaint
    if (!(error instanceof Error && error.name === "CommanderError")) context.terminal.line(message(error));
    return exitCode(error);
  }
};

const message = (error: unknown): string => `whippet: ${explain(error)}`;
