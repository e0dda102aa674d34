/** A deployed Whippet for tests: SeaweedFS as S3, a control plane that starts processes, and the environment of both. */
import { join } from "node:path";
import { packageRoot } from "../../shared/package-root.ts";
import type { Store } from "../../shared/store/store.ts";
import { TRAINING_VARIABLE, trainingJobSchema } from "../../shared/training-job.ts";
import { QUEUE } from "../tools/aws/batch-job.ts";
import { cpuEnvironment } from "../tools/aws/ecs.ts";
import { runProcess } from "../tools/aws/machine.ts";
import { type FakeAws, startFakeAws } from "../tools/aws/server.ts";
import { startSeaweed } from "../tools/seaweed.ts";
import { seaweedStore } from "../tools/seaweed-store.ts";

export interface Cloud {
  aws: FakeAws;
  /** Of whoever trains remotely: what `sst deploy` prints, and AWS credentials. */
  environment: Record<string, string>;
  photos: Store;
  models: Store;
  stop(): Promise<void>;
}

/** No machine of the tests has a GPU: a job that asks for one is told to use the CPU. */
export const withoutGpu = (environment: Record<string, string>): Record<string, string> => {
  const job = trainingJobSchema.parse(JSON.parse(environment[TRAINING_VARIABLE]!));
  return {
    ...environment,
    [TRAINING_VARIABLE]: JSON.stringify({ ...job, options: { ...job.options, device: "cpu" } }),
  };
};

/**
 * @param task what a job's container starts, below the package's root
 * @param change what its environment becomes on these machines
 */
export const startCloud = async (
  task: string,
  change = (environment: Record<string, string>) => environment,
): Promise<Cloud> => {
  const seaweed = await startSeaweed();
  await seaweed.createBucket("models");
  await seaweed.createBucket("photos");
  const run = runProcess([process.execPath, join(packageRoot, task)], packageRoot, seaweed.environment);
  const aws = await startFakeAws((environment, line) => run(change(environment), line), seaweed.accessKeyId);
  return {
    aws,
    environment: {
      ...aws.environment,
      ...seaweed.environment,
      WHIPPET_STORE: "s3://models",
      WHIPPET_PHOTOS: "s3://photos",
      WHIPPET_JOB_QUEUE: QUEUE,
      WHIPPET_JOB_DEFINITION: "whippet",
      WHIPPET_JOB_LOGS: "/whippet",
      ...cpuEnvironment,
    },
    photos: await seaweedStore(seaweed, "s3://photos"),
    models: await seaweedStore(seaweed, "s3://models"),
    async stop() {
      await aws.stop();
      await seaweed.stop();
    },
  };
};
