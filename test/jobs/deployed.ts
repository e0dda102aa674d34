/** A deployed queue and task for tests: AWS' control plane on this machine, and containers that end when they are told to. */
import { afterEach, beforeEach, vi } from "vitest";
import type { Jobs, State } from "../../shared/jobs/jobs.ts";
import { openJobs } from "../../shared/jobs/open.ts";
import { jobOf, trainingRequestSchema } from "../../shared/jobs/request.ts";
import { readJobSettings } from "../../shared/jobs/settings.ts";
import type { TrainingJob, Trial } from "../../shared/training-job.ts";
import { QUEUE } from "../tools/aws/batch-job.ts";
import { cpuEnvironment } from "../tools/aws/ecs.ts";
import { type FakeAws, startFakeAws } from "../tools/aws/server.ts";
import { type Container, createContainers } from "./containers.ts";

export const gpuEnvironment = {
  WHIPPET_JOB_QUEUE: QUEUE,
  WHIPPET_JOB_DEFINITION: "whippet",
  WHIPPET_JOB_LOGS: "/whippet",
};
const places = { store: "s3://models", photos: "s3://photos" };

export interface Deployed {
  aws: FakeAws;
  /** Containers, in the order in which they started. */
  started: Container[];
  jobs: Jobs;
}

/** Anew for each test of the file. @returns its parts, there while a test runs */
export const deployed = (): Deployed => {
  const parts = {} as Deployed;
  beforeEach(async () => {
    const { started, run } = createContainers();
    const aws = await startFakeAws(run);
    for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
    Object.assign(parts, {
      aws,
      started,
      jobs: await openJobs(readJobSettings({ ...gpuEnvironment, ...cpuEnvironment })),
    });
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await parts.aws.stop();
  });
  return parts;
};

export const job = async (device: "gpu" | "cpu", shards = 1, sweep?: Trial[]): Promise<TrainingJob> => {
  const options = { device, ...(sweep && { sweep }) };
  const request = { name: "dogs", photos: "s3://photos/datasets/x.json", options, shards };
  return jobOf(trainingRequestSchema.parse(request), places, new Date("2026-11-23T12:00:00Z"));
};

/** Looks until the training is where it should be, and returns every state that was seen on the way. */
export const watch = async (jobs: Jobs, id: string, wanted: (state: State) => boolean): Promise<string[]> => {
  const seen: string[] = [];
  for (;;) {
    const { state, detail } = await jobs.describe(id);
    const line = detail === undefined ? state : `${state}: ${detail}`;
    if (seen.at(-1) !== line) seen.push(line);
    if (wanted(state)) return seen;
  }
};

export const running = (state: State): boolean => state === "running";
