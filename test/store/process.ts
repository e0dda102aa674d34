/** Another Node process running a piece of TypeScript from the checkout's root, for promises between processes. */
import { spawn } from "node:child_process";
import { packageRoot } from "../../shared/package-root.ts";

export interface Child {
  /** Resolves once it has printed `mark`. */
  printed(mark: string): Promise<void>;
  /** What it printed until it ended, however it ended. */
  ended: Promise<string>;
  kill(): void;
}

/** Whoever ends vitest closes this channel, and the child must not go on alone; meanwhile the channel keeps nobody alive. */
const endWithParent = `process.once("disconnect", () => process.exit(1)); process.channel.unref();`;

export const startProcess = (source: string): Child => {
  const child = spawn(
    process.execPath,
    [
      "--experimental-strip-types",
      "--no-warnings",
      "--input-type=module-typescript",
      "-e",
      `${endWithParent}\n${source}`,
    ],
    {
      cwd: packageRoot,
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    },
  );
  let output = "";
  child.stdout!.on("data", (chunk) => (output += chunk));
  const ended = new Promise<string>((resolve) => child.on("close", () => resolve(output)));
  return {
    ended,
    kill: () => child.kill("SIGKILL"),
    printed: async (mark) => {
      while (!output.includes(mark)) {
        if (child.exitCode !== null)
          throw new Error(`ended with ${child.exitCode} before it printed ${mark}: ${output}`);
        await new Promise((resolve) => child.stdout!.once("data", resolve));
      }
    },
  };
};
