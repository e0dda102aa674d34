/**
 * The training that was stopped last, by its command line: what is computed is found again by what decides it, so to go on is to
 * run the same command again, and this remembers it.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { UsageError } from "../failure.ts";

/** Below the folder that the command is run in, beside the cache. */
export const RUNS = join(".whippet", "runs");

const file = join(RUNS, "stopped.json");

const stoppedSchema = z.object({ arguments: z.array(z.string()) });

/** @param argumentsOf the command, after `train` */
export const rememberStopped = async (argumentsOf: readonly string[]): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ arguments: argumentsOf })}\n`);
};

export const forgetStopped = (): Promise<void> => rm(file, { force: true });

/** @throws UsageError where no training was stopped in this folder */
export const recallStopped = async (): Promise<string[]> => {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT")
      throw new UsageError(`no training was stopped here (there is no ${file}); name the photos to train on`);
    throw error;
  });
  const { success, data } = stoppedSchema.safeParse(parsed(text));
  if (success) return data.arguments;
  throw new UsageError(`${file} is damaged; remove it, and run the whole command again`);
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
