/** Processes that evaluate configurations. Each stays for the next one: most of a first evaluation is loading Pulumi. */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../shared/package-root.ts";
import type { Evaluation } from "./evaluate.ts";
import type { Graph } from "./graph.ts";

const idle: ChildProcess[] = [];

const start = (): ChildProcess =>
  fork(join(packageRoot, "test", "infra", "evaluate.ts"), { stdio: ["ignore", "ignore", "pipe", "ipc"] });

/** @throws Error with what the process said when the configuration fails, and its process with it */
export const evaluated = async (evaluation: Evaluation): Promise<Graph> => {
  const child = idle.pop() ?? start();
  let said = "";
  const listen = (chunk: Buffer) => void (said += chunk);
  child.stderr?.on("data", listen);
  const graph = await new Promise<Graph>((resolve, reject) => {
    const fail = () => reject(new Error(`the configuration could not be evaluated: ${said}`));
    child.once("close", fail);
    child.once("message", (text: string) => {
      child.off("close", fail);
      resolve(JSON.parse(text));
    });
    child.send(evaluation);
  });
  child.stderr?.off("data", listen);
  idle.push(child);
  return graph;
};

/** Ends them all. */
export const stopEvaluators = (): void => {
  for (const child of idle.splice(0)) child.disconnect();
};
