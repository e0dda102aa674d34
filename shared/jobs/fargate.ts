/** Trainings on the CPUs of a Fargate task, started by ECS: for sets too small to wait for a GPU. */
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  paginateListTasks,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { TRAINING_VARIABLE } from "../training-job.ts";
import { awsCall } from "./aws-call.ts";
import { stateOfTask } from "./fargate-state.ts";
import { idOf, jobName } from "./id.ts";
import { CANCELLED, isFinal, type Jobs } from "./jobs.ts";
import { readStreams } from "./log-streams.ts";
import { noSuchTraining } from "./no-such-training.ts";
import type { FargateSettings } from "./settings.ts";

export interface FargateClients {
  ecs: ECSClient;
  logs: CloudWatchLogsClient;
}

/** As many tasks as DescribeTasks takes at once. */
const AT_ONCE = 100;

export const createFargateJobs = (settings: FargateSettings, { ecs, logs }: FargateClients): Jobs => {
  const { cluster, task: taskDefinition, subnets, securityGroups } = settings;
  // `arn:…:task-definition/FAMILY:REVISION`, or FAMILY:REVISION, or FAMILY
  const family = taskDefinition.slice(taskDefinition.lastIndexOf("/") + 1).replace(/:\d+$/, "");

  /** The container that trains, and where its log goes, as the task definition says. */
  let known: Promise<Container> | undefined;
  const container = (): Promise<Container> => {
    known ??= describeContainer(ecs, taskDefinition);
    // another call may succeed where this one failed
    known.catch(() => (known = undefined));
    return known;
  };

  /** ECS forgets a task about an hour after it stopped. */
  const tasks = async (): Promise<Task[]> => {
    const arns = await awsCall("ecs:ListTasks", async () => {
      const found: string[] = [];
      for (const desiredStatus of ["RUNNING", "STOPPED"] as const)
        for await (const page of paginateListTasks({ client: ecs }, { cluster, family, desiredStatus }))
          found.push(...(page.taskArns ?? []));
      return [...new Set(found)];
    });
    const described: Task[] = [];
    for (let at = 0; at < arns.length; at += AT_ONCE) {
      const { tasks: page = [] } = await awsCall("ecs:DescribeTasks", () =>
        ecs.send(new DescribeTasksCommand({ cluster, tasks: arns.slice(at, at + AT_ONCE) })),
      );
      described.push(...page);
    }
    return described.filter(({ startedBy }) => idOf(startedBy) !== undefined);
  };

  const find = async (id: string): Promise<Task> => {
    const task = (await tasks()).find(({ startedBy }) => startedBy === jobName(id));
    if (task === undefined) throw noSuchTraining(id);
    return task;
  };

  return {
    devices: ["cpu"],

    async submit(job) {
      if (job.step !== "all")
        throw new Error("a training on the CPU task has no shards; leave --shards out, or train with --device gpu");
      const { name } = await container();
      const { failures = [] } = await awsCall("ecs:RunTask", () =>
        ecs.send(
          new RunTaskCommand({
            cluster,
            taskDefinition,
            launchType: "FARGATE",
            // repeated by the SDK after a lost answer, it is the same task
            clientToken: job.id,
            startedBy: jobName(job.id),
            networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups, assignPublicIp: "ENABLED" } },
            overrides: {
              containerOverrides: [{ name, environment: [{ name: TRAINING_VARIABLE, value: JSON.stringify(job) }] }],
            },
          }),
        ),
      );
      if (failures[0]) throw new Error(`ECS started no task: ${failures[0].reason ?? "no reason given"}; try again`);
      return job.id;
    },

    describe: async (id) => stateOfTask(await find(id)),

    list: async () => (await tasks()).map(stateOfTask).sort((a, b) => (a.id < b.id ? 1 : -1)),

    async cancel(id, reason) {
      const found = await find(id);
      if (isFinal(stateOfTask(found).state)) return;
      await awsCall("ecs:StopTask", () =>
        // ECS takes 255 characters
        ecs.send(new StopTaskCommand({ cluster, task: found.taskArn, reason: `${CANCELLED}${reason}`.slice(0, 255) })),
      );
    },

    async log(id, from) {
      const task = await find(id);
      const { group, streams } = await container();
      const name = `${streams}/${task.taskArn!.slice(task.taskArn!.lastIndexOf("/") + 1)}`;
      const stream = { group, name, ...(task.stoppedAt && { ended: task.stoppedAt.getTime() }) };
      return { state: stateOfTask(task), ...(await readStreams(logs, [stream], from)) };
    },
  };
};

interface Container {
  name: string;
  group: string;
  /** What the name of each task's stream begins with. */
  streams: string;
}

const describeContainer = async (ecs: ECSClient, taskDefinition: string): Promise<Container> => {
  const { taskDefinition: found } = await awsCall("ecs:DescribeTaskDefinition", () =>
    ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition })),
  );
  const [container] = found?.containerDefinitions ?? [];
  const { "awslogs-group": group, "awslogs-stream-prefix": prefix } = container?.logConfiguration?.options ?? {};
  if (!container?.name || !group || !prefix)
    throw new Error(`the task definition ${taskDefinition} has no container that logs to CloudWatch; deploy it again`);
  return { name: container.name, group, streams: `${prefix}/${container.name}` };
};
