/** The `whippet` command: its subcommands, and how each of them ends. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, type OutputConfiguration } from "commander";
import { explain } from "../shared/failure.ts";
import { packageRoot } from "../shared/package-root.ts";
import { classifyCommand } from "./commands/classify.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { evaluateCommand } from "./commands/evaluate.ts";
import { exportCommand } from "./commands/export.ts";
import { keysCommand } from "./commands/keys.ts";
import { modelsCommand, promoteCommand, pruneCommand, removeCommand, rollbackCommand } from "./commands/models.ts";
import { predictCommand } from "./commands/predict.ts";
import { pushCommand } from "./commands/push.ts";
import { serveCommand } from "./commands/serve.ts";
import { trainCommand } from "./commands/train.ts";
import { trainingsCommand } from "./commands/trainings.ts";
import { verifyCommand } from "./commands/verify.ts";
import { type Context, createContext } from "./context.ts";
import { exitCode } from "./failure.ts";

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
  for (const command of [
    trainCommand,
    classifyCommand,
    evaluateCommand,
    predictCommand,
    serveCommand,
    modelsCommand,
    promoteCommand,
    rollbackCommand,
    pushCommand,
    removeCommand,
    pruneCommand,
    exportCommand,
    verifyCommand,
    trainingsCommand,
    doctorCommand,
    keysCommand,
  ])
    program.addCommand(command(context).copyInheritedSettings(program));
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
