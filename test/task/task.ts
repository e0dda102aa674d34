/** The training task as a process, as AWS Batch would start it: on a fresh machine, everything else on SeaweedFS. */
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { encodeListing, photoKey } from "../../shared/dataset-listing.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { parseKey } from "../../shared/registry/keys.ts";
import type { Store } from "../../shared/store/store.ts";
import { parseTrainingLine, type TrainingLine } from "../../shared/training-events.ts";
import type { TrainingJobInput } from "../../shared/training-job.ts";
import { type Ended, startCommand } from "../e2e/command.ts";

export interface EndedTask extends Ended {
  lines: TrainingLine[];
}

export interface TaskMachines {
  /** For each process a folder of its own, gone when it ends: what it did not put into a bucket is lost. */
  home: string;
  environment: Record<string, string>;
}

export interface RunningTask {
  ended: Promise<EndedTask>;
  kill(signal: NodeJS.Signals): void;
}

/** @param onLine hears each line of the log as it comes */
export const startTask = async (
  { home, environment }: TaskMachines,
  training: string,
  { shard, onLine }: { shard?: number; onLine?: (line: TrainingLine, task: RunningTask) => void } = {},
): Promise<RunningTask> => {
  const machine = await mkdtemp(join(home, "machine-"));
  const command = startCommand([], {
    cwd: machine,
    program: [process.execPath, join(packageRoot, "training/task/main.ts")],
    env: {
      ...environment,
      WHIPPET_TRAINING: training,
      TMPDIR: machine,
      ...(shard !== undefined && { AWS_BATCH_JOB_ARRAY_INDEX: String(shard) }),
    },
  });
  const lines: TrainingLine[] = [];
  const task: RunningTask = {
    kill: command.kill,
    ended: command.ended.then(async (ended) => {
      await rm(machine, { recursive: true, force: true });
      return { ...ended, lines };
    }),
  };
  command.onLine((text) => {
    const line = parseTrainingLine(text);
    if (!line) throw new Error(`a task printed what is no event: ${text}`);
    lines.push(line);
    onLine?.(line, task);
  });
  return task;
};

export const runTask = async (machines: TaskMachines, job: TrainingJobInput, shard?: number): Promise<EndedTask> => {
  const { ended } = await startTask(machines, JSON.stringify(job), shard === undefined ? {} : { shard });
  return ended;
};

/** The last line of a task that has to come to `event`. */
export const lastOf = <Event extends TrainingLine["event"]>(
  { code, lines, stderr }: EndedTask,
  event: Event,
): Extract<TrainingLine, { event: Event }> => {
  const last = lines.at(-1);
  if (last?.event !== event)
    throw new Error(`the task ended with ${code} and ${JSON.stringify(last)} instead of "${event}": ${stderr}`);
  return last as Extract<TrainingLine, { event: Event }>;
};

/** Puts a folder per class into the photo bucket, as `whippet train --remote` does. @returns the listing's key */
export const uploadPhotos = async (store: Store, folder: string): Promise<string> => {
  const photos = [];
  for (const label of await readdir(folder))
    for (const name of await readdir(join(folder, label))) {
      const bytes = new Uint8Array(await readFile(join(folder, label, name)));
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      await store.put(photoKey({ sha256 }), bytes);
      photos.push({ path: `${label}/${name}`, label, sha256, bytes: bytes.length });
    }
  const { key, bytes } = await encodeListing(photos);
  await store.put(key, bytes);
  return key;
};

/** A document as JSON, without what it took. */
const withoutTimes = (bytes: Uint8Array): string =>
  JSON.stringify(JSON.parse(new TextDecoder().decode(bytes)), (key, value) =>
    key === "seconds" || key === "ms" ? undefined : value,
  );

/**
 * What a published version is, whenever it was trained: the hash in its name, and the SHA-256 of each file but those that tell
 * of times.
 */
export const contentOf = async (store: Store, model: string, version: string): Promise<Record<string, string>> => {
  const content: Record<string, string> = { version: version.split("-")[1]! };
  for (const { key } of await store.list(`models/${model}/${version}/`)) {
    const { path } = parseKey(key)!;
    if (["manifest.json", "history.csv", "report.html"].includes(path)) continue;
    const { bytes } = (await store.get(key))!;
    content[path] = createHash("sha256")
      .update(path === "metrics.json" ? withoutTimes(bytes) : bytes)
      .digest("hex");
  }
  return content;
};
