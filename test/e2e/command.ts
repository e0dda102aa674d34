/** The `whippet` command as a child process, as people and scripts run it. Children never outlive the test that began them. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../../shared/package-root.ts";

export interface Ended {
  /** Null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningCommand {
  pid: number;
  ended: Promise<Ended>;
  /** Resolves with the first line on stdout. @throws Error when the command ends without one */
  firstLine(): Promise<string>;
  /** Resolves with all of stderr once `text` is in it. @throws Error when the command ends without it */
  said(text: string): Promise<string>;
  /** Calls `listener` with each whole line on stdout, from now on. */
  onLine(listener: (line: string) => void): void;
  kill(signal: NodeJS.Signals): void;
}

export interface CommandOptions {
  cwd: string;
  env?: Record<string, string>;
  /** The program and its first arguments; by default this Node on the checkout's command. */
  program?: readonly string[];
}

const checkout = [process.execPath, join(packageRoot, "cli/bin.js")];

const children = new Set<ChildProcess>();

/** For `afterAll`. */
export const endCommands = (): void => {
  for (const child of children) child.kill("SIGKILL");
};

// whoever ends vitest itself ends them too
process.once("exit", endCommands);
process.once("disconnect", endCommands);
process.once("SIGTERM", () => {
  endCommands();
  process.exit(143);
});

/** What a developer's shell may hold must not decide a test. */
const environment = (extra: Record<string, string>): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(WHIPPET_|npm_|NODE_OPTIONS$|VITEST|PORT$|HOST$|NO_COLOR$|FORCE_COLOR$)/i.test(name),
    ),
  ),
  ...extra,
});

export const startCommand = (args: readonly string[], options: CommandOptions): RunningCommand => {
  const { cwd, env = {}, program = checkout } = options;
  const [file, ...before] = program;
  const child = spawn(file!, [...before, ...args], {
    cwd,
    env: environment(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.add(child);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      children.delete(child);
      resolve({ code, stdout, stderr });
    });
  });
  return {
    pid: child.pid!,
    ended,
    kill: (signal) => void child.kill(signal),
    onLine: (listener) => void createInterface(child.stdout).on("line", listener),
    async said(text) {
      let over = false;
      void ended.then(() => (over = true));
      while (!stderr.includes(text)) {
        if (over) throw new Error(`whippet ${args.join(" ")} ended and never said ${text}; it said: ${stderr}`);
        await Promise.race([new Promise((resolve) => child.stderr.once("data", resolve)), ended]);
      }
      return stderr;
    },
    async firstLine() {
      let over = false;
      void ended.then(() => (over = true));
      while (!stdout.includes("\n")) {
        if (over) throw new Error(`whippet ${args.join(" ")} ended and printed nothing; it said: ${stderr}`);
        await Promise.race([new Promise((resolve) => child.stdout.once("data", resolve)), ended]);
      }
      return stdout.slice(0, stdout.indexOf("\n"));
    },
  };
};

export const runCommand = (args: readonly string[], options: CommandOptions): Promise<Ended> =>
  startCommand(args, options).ended;

/**
 * Runs a command with `--json` that has to succeed.
 * @returns the only value on its stdout
 */
export const runForData = async <Data>(args: readonly string[], options: CommandOptions): Promise<Data> => {
  const { code, stdout, stderr } = await runCommand([...args, "--json"], options);
  if (code !== 0) throw new Error(`whippet ${args.join(" ")} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Data;
};

/** Starts `whippet serve` on a free port. */
export const serve = async (
  args: readonly string[],
  options: CommandOptions,
): Promise<RunningCommand & { url: string; engine: string }> => {
  const command = startCommand(["serve", "--port", "0", "--json", ...args], options);
  const { url, engine } = JSON.parse(await command.firstLine()) as { url: string; engine: string };
  return { ...command, url, engine };
};
