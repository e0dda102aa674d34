/** Whether trainings may be started, followed and ended from here: what is deployed, and what IAM says of the caller. */
import type { JobQueueDetail } from "@aws-sdk/client-batch";
import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { awsCall } from "../../shared/jobs/aws-call.ts";
import { type BatchSettings, type FargateSettings, type JobSettings, regionOf } from "../../shared/jobs/settings.ts";
import type { Caller } from "./caller.ts";
import { type Check, DEPLOY, FixableError, off, ok } from "./check.ts";
import { grant, permitted } from "./permission.ts";
import { type Asked, simulate } from "./simulate.ts";

export const readQueue = async (caller: Caller, queue: string): Promise<JobQueueDetail> => {
  const { BatchClient, DescribeJobQueuesCommand } = await import("@aws-sdk/client-batch");
  const region = regionOf(queue);
  const batch = new BatchClient({ ...(region && { region }), maxAttempts: 2 });
  const action = "batch:DescribeJobQueues";
  const { jobQueues: [found] = [] } = await permitted(caller, { action, resources: ["*"] }, () =>
    awsCall(action, () => batch.send(new DescribeJobQueuesCommand({ jobQueues: [queue] }))),
  );
  if (found) return found;
  throw new FixableError(`there is no queue ${queue}, though a deploy printed it`, DEPLOY);
};

const queueState = ({ state, status, statusReason }: JobQueueDetail, queue: string) => {
  if (state !== "ENABLED")
    throw new FixableError(
      `the queue ${queue} is switched off, so trainings wait for ever`,
      `aws batch update-job-queue --job-queue ${queue} --state ENABLED`,
    );
  if (status !== "VALID")
    throw new FixableError(`the queue ${queue} is ${status}${statusReason ? `: ${statusReason}` : ""}`, DEPLOY);
  return ok("takes trainings on a GPU");
};

const readTask = async (caller: Caller, task: string): Promise<TaskDefinition> => {
  const { ECSClient, DescribeTaskDefinitionCommand } = await import("@aws-sdk/client-ecs");
  const region = regionOf(task);
  const ecs = new ECSClient({ ...(region && { region }), maxAttempts: 2 });
  const action = "ecs:DescribeTaskDefinition";
  const { taskDefinition } = await permitted(caller, { action, resources: ["*"] }, () =>
    awsCall(action, () => ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: task }))),
  );
  if (taskDefinition) return taskDefinition;
  throw new FixableError(`there is no task ${task}, though a deploy printed it`, DEPLOY);
};

export const trainingChecks = (caller: Caller, account: string, { gpu, cpu }: JobSettings): Check[] => [
  {
    name: "queue",
    async look() {
      if (!gpu) return off("no training on a GPU is deployed", DEPLOY);
      return queueState(await readQueue(caller, gpu.queue), gpu.queue);
    },
  },
  {
    name: "small sets",
    async look() {
      if (!cpu) return off("no training on Fargate is deployed", DEPLOY);
      const { status, cpu: units, memory } = await readTask(caller, cpu.task);
      if (status !== undefined && status !== "ACTIVE")
        throw new FixableError(`the task ${cpu.task} is ${status}, so nothing starts it`, DEPLOY);
      const size = units && memory ? `, ${Number(units) / 1024} vCPUs and ${Number(memory) / 1024} GB` : "";
      return ok(`${cpu.task.slice(cpu.task.lastIndexOf("/") + 1)} on Fargate${size}`);
    },
  },
  {
    name: "trainings",
    async look() {
      const asked = [
        ...(gpu ? gpuPermissions(gpu, account) : []),
        ...(cpu ? cpuPermissions(cpu, account, await readTask(caller, cpu.task)) : []),
      ];
      if (asked.length === 0) return off("none are deployed, so none can be started", DEPLOY);
      return mayTrain(caller, asked);
    },
  },
];

const mayTrain = async (caller: Caller, asked: readonly Asked[]) => {
  if (caller.kind === "root") return ok("can be started, followed and ended: this is the account's root");
  const denied = await simulate(caller, asked);
  if (denied === undefined)
    return off(
      `whether they can be started is not known: ${caller.arn} may not ask IAM`,
      grant(caller, [{ action: "iam:SimulatePrincipalPolicy", resources: ["*"] }]) ??
        "ask whoever administers the account",
    );
  if (denied.length === 0) return ok("can be started, followed and ended");
  const actions = [...new Set(denied.map(({ action }) => action))].join(", ");
  const message = `${caller.arn} may not ${actions}`;
  const explicitly = denied.filter(({ explicit }) => explicit);
  throw new FixableError(
    message,
    explicitly.length > 0
      ? `a policy denies it in so many words (${explicitly.map(({ action }) => action).join(", ")}): ask whoever administers the account`
      : (grant(caller, denied) ?? "ask whoever administers the account"),
  );
};

/** What a deploy prints are ARNs; one that was set by hand may be a name, of which IAM wants the ARN all the same. */
const arnOf = (name: string, service: string, account: string, kind: string, near = name): string =>
  name.startsWith("arn:")
    ? name
    : `arn:aws:${service}:${regionOf(near) ?? (process.env.AWS_REGION || "*")}:${account}:${kind}${name}`;

const readsLog = (group: string, account: string, near: string): Asked => ({
  action: "logs:GetLogEvents",
  resources: [arnOf(`${group}:log-stream:*`, "logs", account, "log-group:", near)],
});

/** What shared/jobs/batch.ts calls. */
const gpuPermissions = ({ queue, definition, logs }: BatchSettings, account: string): Asked[] => [
  {
    action: "batch:SubmitJob",
    resources: [
      arnOf(queue, "batch", account, "job-queue/"),
      arnOf(definition, "batch", account, "job-definition/", queue),
    ],
  },
  { action: "batch:ListJobs", resources: ["*"] },
  { action: "batch:DescribeJobs", resources: ["*"] },
  { action: "batch:TerminateJob", resources: [arnOf("*", "batch", account, "job/", queue)] },
  readsLog(logs, account, queue),
];

/** What shared/jobs/fargate.ts calls; RunTask hands on the roles that the task runs under. */
const cpuPermissions = (
  { cluster, task }: FargateSettings,
  account: string,
  { taskRoleArn, executionRoleArn, containerDefinitions = [] }: TaskDefinition,
): Asked[] => {
  const clusterArn = arnOf(cluster, "ecs", account, "cluster/", task);
  const tasks = [`${clusterArn.replace(":cluster/", ":task/")}/*`];
  const onTheCluster = { "ecs:cluster": clusterArn };
  const roles = [taskRoleArn, executionRoleArn].filter((arn) => arn !== undefined);
  const group = containerDefinitions[0]?.logConfiguration?.options?.["awslogs-group"];
  const toTasks = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };
  return [
    { action: "ecs:RunTask", resources: [arnOf(task, "ecs", account, "task-definition/")], context: onTheCluster },
    { action: "ecs:ListTasks", resources: ["*"], context: onTheCluster },
    { action: "ecs:DescribeTasks", resources: tasks, context: onTheCluster },
    { action: "ecs:StopTask", resources: tasks, context: onTheCluster },
    ...(roles.length > 0 ? [{ action: "iam:PassRole", resources: roles, context: toTasks }] : []),
    ...(group === undefined ? [] : [readsLog(group, account, task)]),
  ];
};
