/** Containers whose test says when they write and when they end. */
import type { Run } from "../tools/aws/machine.ts";

export interface Container {
  environment: Record<string, string>;
  say(line: string): void;
  end(exitCode: number): Promise<void>;
}

/** A container that is sent SIGTERM ends with 75, as a training that saved what it had. */
export const createContainers = () => {
  const started: Container[] = [];
  const run: Run = (environment, say) => {
    let end: (exitCode: number) => void;
    const ended = new Promise<number>((resolve) => (end = resolve));
    const over = async (exitCode: number) => {
      end(exitCode);
      await ended;
    };
    started.push({ environment, say, end: over });
    return { ended, kill: () => end(75) };
  };
  return { run, started };
};
