/** What a container runs on, in the fake: a child process whose lines go to a log stream. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Starts what an image's entry would start. */
export type Run = (environment: Record<string, string>, line: (text: string) => void) => RunningContainer;

export interface RunningContainer {
  /** The exit code; a signal's counts from 128, as in a shell. */
  ended: Promise<number>;
  kill(signal: NodeJS.Signals): void;
}

/** @param program the file and its arguments; `environment` is added to this process's PATH and nothing else of it */
export const runProcess =
  (program: readonly string[], cwd: string, own: Record<string, string> = {}): Run =>
  (environment, line) => {
    const [file, ...args] = program;
    const child = spawn(file!, args, {
      cwd,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, ...own, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const end = () => child.kill("SIGKILL");
    process.once("exit", end);
    const read = [child.stdout, child.stderr].map((stream) => {
      const lines = createInterface({ input: stream });
      lines.on("line", line);
      return new Promise((resolve) => lines.once("close", resolve));
    });
    const ended = new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", async (code, signal) => {
        process.off("exit", end);
        await Promise.all(read);
        resolve(code ?? (signal === "SIGKILL" ? 137 : 143));
      });
    });
    return { ended, kill: (signal) => void child.kill(signal) };
  };
