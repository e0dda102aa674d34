/** Training in the owner's account: a GPU queue and a CPU task, their network, image, roles and one log group for both. */
import { account, arnHere } from "./account.ts";
import { type BatchTraining, createBatch } from "./batch.ts";
import type { Buckets } from "./buckets.ts";
import { createCpuTask } from "./cpu-task.ts";
import { createImages } from "./image.ts";
import { createNetwork } from "./network.ts";
import type { Settings } from "./settings.ts";
import { createTrainingRoles, readablePlaces, type TrainingRoles } from "./training-roles.ts";

export interface Training {
  /** Absent where a stage has no training. */
  deployed?: {
    batch: BatchTraining;
    cpu: sst.aws.Task;
    roles: TrainingRoles;
    /** ARN of the log group. */
    logs: $util.Output<string>;
  };
  /** What `whippet train --remote` and the owner's function read, by the names of their environment. */
  outputs: Record<string, $util.Output<string> | string>;
}

export const createTraining = (buckets: Buckets, { training: settings }: Settings): Training => {
  if (!settings.on) return { outputs: { training: "off: training.on in sst.config.ts" } };
  const { repository, gpu, cpu } = createImages(buckets, settings.build);
  const network = createNetwork();
  const logs = `/whippet/${$app.stage}/training`;
  const logsArn = arnHere("logs", `log-group:${logs}`);
  const roles = createTrainingRoles({ buckets, repository, logs: logsArn, readsFrom: settings.readsFrom });
  const environment = {
    AWS_REGION: account().region,
    WHIPPET_STORE: buckets.store,
    WHIPPET_PHOTOS: buckets.photos,
  };
  const task = createCpuTask({ image: cpu, network, roles, logs, environment, hours: settings.hours });
  const batch = createBatch({ image: gpu, network, roles, logs, environment, settings });
  return {
    deployed: { batch, cpu: task, roles, logs: logsArn },
    outputs: {
      training: "on",
      WHIPPET_TRAINING_READS: $util.all(readablePlaces(buckets, settings.readsFrom)).apply((all) => all.join(",")),
      WHIPPET_JOB_QUEUE: batch.queue.arn,
      WHIPPET_JOB_DEFINITION: batch.definition.arn,
      WHIPPET_JOB_LOGS: logs,
      WHIPPET_CPU_CLUSTER: task.cluster,
      WHIPPET_CPU_TASK: task.taskDefinition,
      WHIPPET_CPU_SUBNETS: $util.all(network.subnets).apply((ids) => ids.join(",")),
      WHIPPET_CPU_SECURITY_GROUPS: network.securityGroup,
    },
  };
};
