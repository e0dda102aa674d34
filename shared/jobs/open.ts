/** Opens what a deploy set up for trainings: AWS Batch, a Fargate task, or both. The AWS SDK is loaded only here. */
import { Problem } from "../problem.ts";
import { createBatchJobs } from "./batch.ts";
import { createFargateJobs } from "./fargate.ts";
import type { Device, Jobs } from "./jobs.ts";
import { noSuchTraining } from "./no-such-training.ts";
import { type JobSettings, regionOf } from "./settings.ts";

/** @throws Error naming what to deploy, when neither is configured */
export const openJobs = async (settings: JobSettings): Promise<Jobs> => {
  const { CloudWatchLogsClient } = await import("@aws-sdk/client-cloudwatch-logs");
  const found: Jobs[] = [];
  if (settings.gpu) {
    const { BatchClient } = await import("@aws-sdk/client-batch");
    const region = regionOf(settings.gpu.queue);
    const there = region === undefined ? {} : { region };
    const batch = new BatchClient(there);
    const submitting = new BatchClient({ ...there, maxAttempts: 1 });
    found.push(createBatchJobs(settings.gpu, { batch, submitting, logs: new CloudWatchLogsClient(there) }));
  }
  if (settings.cpu) {
    const { ECSClient } = await import("@aws-sdk/client-ecs");
    const region = regionOf(settings.cpu.task) ?? regionOf(settings.cpu.cluster);
    const there = region === undefined ? {} : { region };
    found.push(createFargateJobs(settings.cpu, { ecs: new ECSClient(there), logs: new CloudWatchLogsClient(there) }));
  }
  const [first, ...others] = found;
  if (first === undefined)
    throw new Error(
      "no training is deployed: WHIPPET_JOB_QUEUE is not set, and .sst/outputs.json names none; deploy with training on " +
        "(npx sst deploy; docs/remote-training.md), or set the variables that the deploy printed",
    );
  return others.length === 0 ? first : bothOf(found);
};

const bothOf = (all: readonly Jobs[]): Jobs => {
  const on = (device: Device): Jobs => all.find(({ devices }) => devices.includes(device))!;
  /** The one that knows the training answers. */
  const asked = async <Answer>(id: string, ask: (jobs: Jobs) => Promise<Answer>): Promise<Answer> => {
    for (const jobs of all)
      try {
        return await ask(jobs);
      } catch (error) {
        if (!(error instanceof Problem && error.status === 404)) throw error;
      }
    throw noSuchTraining(id);
  };
  return {
    devices: all.flatMap(({ devices }) => devices),
    submit: (job) => on(job.options.device).submit(job),
    describe: (id) => asked(id, (jobs) => jobs.describe(id)),
    list: async () => (await Promise.all(all.map((jobs) => jobs.list()))).flat().sort((a, b) => (a.id < b.id ? 1 : -1)),
    cancel: (id, reason) => asked(id, (jobs) => jobs.cancel(id, reason)),
    log: (id, from) => asked(id, (jobs) => jobs.log(id, from)),
  };
};
