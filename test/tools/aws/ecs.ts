/** ECS on Fargate: tasks that move on a step each time somebody looks at them, and then run a process. */
import { randomUUID } from "node:crypto";
import type { Run, RunningContainer } from "./machine.ts";
import { FakeError, type Operations } from "./server.ts";

interface FakeTask {
  taskArn: string;
  startedBy: string;
  clientToken: string;
  lastStatus: "PROVISIONING" | "PENDING" | "RUNNING" | "STOPPED";
  stoppedReason?: string;
  createdAt: number;
  startedAt?: number;
  stoppedAt?: number;
  overrides: { containerOverrides: { name: string; environment: { name: string; value: string }[] }[] };
  containers: { name: string; exitCode?: number; reason?: string }[];
  running?: RunningContainer;
}

export interface FakeEcs {
  operations: Operations;
  /** How many tasks there are. */
  tasks(): number;
  stop(): Promise<void>;
}

const CLUSTER = "arn:aws:ecs:eu-central-1:123456789012:cluster/whippet";
export const TASK = "arn:aws:ecs:eu-central-1:123456789012:task-definition/whippet-cpu:3";
export const cpuEnvironment = {
  WHIPPET_CPU_CLUSTER: CLUSTER,
  WHIPPET_CPU_TASK: TASK,
  WHIPPET_CPU_SUBNETS: "subnet-1,subnet-2",
  WHIPPET_CPU_SECURITY_GROUPS: "sg-1",
};

/** ECS speaks of time in seconds. */
const now = () => Date.now() / 1000;

export const createFakeEcs = ({ run, write }: { run: Run; write: (stream: string, text: string) => void }): FakeEcs => {
  const tasks: FakeTask[] = [];

  const start = (task: FakeTask) => {
    const id = task.taskArn.slice(task.taskArn.lastIndexOf("/") + 1);
    const [{ environment } = { environment: [] }] = task.overrides.containerOverrides;
    const container = run(Object.fromEntries(environment.map(({ name, value }) => [name, value])), (text) =>
      write(`/service/train/${id}`, text),
    );
    task.running = container;
    task.startedAt = now();
    void container.ended.then((exitCode) => {
      delete task.running;
      task.lastStatus = "STOPPED";
      task.stoppedReason ??= "Essential container in task exited";
      task.stoppedAt = now();
      task.containers = [{ name: "train", exitCode }];
    });
  };

  const advance = (task: FakeTask) => {
    if (task.lastStatus === "PROVISIONING") task.lastStatus = "PENDING";
    else if (task.lastStatus === "PENDING") {
      task.lastStatus = "RUNNING";
      start(task);
    }
  };

  return {
    tasks: () => tasks.length,
    stop: async () => {
      for (const { running } of tasks) {
        running?.kill("SIGKILL");
        await running?.ended;
      }
    },
    operations: {
      DescribeTaskDefinition: () => ({
        taskDefinition: {
          status: "ACTIVE",
          cpu: "4096",
          memory: "16384",
          taskRoleArn: "arn:aws:iam::123456789012:role/whippet-train",
          executionRoleArn: "arn:aws:iam::123456789012:role/whippet-start",
          containerDefinitions: [
            {
              name: "train",
              logConfiguration: {
                logDriver: "awslogs",
                options: { "awslogs-group": "/sst/cluster/whippet", "awslogs-stream-prefix": "/service" },
              },
            },
          ],
        },
      }),
      RunTask(input) {
        const { cluster, clientToken, startedBy, overrides } = input as unknown as FakeTask & { cluster: string };
        if (cluster !== CLUSTER) throw new FakeError("ClusterNotFoundException", "Cluster not found.");
        const same = tasks.find((task) => task.clientToken === clientToken);
        if (same) return { tasks: [{ taskArn: same.taskArn }], failures: [] };
        const taskArn = `arn:aws:ecs:eu-central-1:123456789012:task/whippet/${randomUUID().replaceAll("-", "")}`;
        const containers = [{ name: "train" }];
        tasks.push({
          taskArn,
          startedBy,
          clientToken,
          overrides,
          containers,
          lastStatus: "PROVISIONING",
          createdAt: now(),
        });
        return { tasks: [{ taskArn }], failures: [] };
      },
      ListTasks(input) {
        if (input.family !== "whippet-cpu") return { taskArns: [] };
        const stopped = input.desiredStatus === "STOPPED";
        const found = tasks.filter(({ lastStatus }) => (lastStatus === "STOPPED") === stopped);
        return { taskArns: found.map(({ taskArn }) => taskArn) };
      },
      DescribeTasks(input) {
        const wanted = input.tasks as string[];
        const found = tasks.filter(({ taskArn }) => wanted.includes(taskArn));
        const seen = found.map(({ running, ...task }) => task);
        found.forEach(advance);
        return { tasks: seen, failures: [] };
      },
      StopTask(input) {
        const task = tasks.find(({ taskArn }) => taskArn === input.task);
        if (!task) throw new FakeError("InvalidParameterException", "The referenced task was not found.");
        task.stoppedReason = String(input.reason);
        if (task.running) task.running.kill("SIGTERM");
        else Object.assign(task, { lastStatus: "STOPPED", stoppedAt: now() });
        return { task: { taskArn: task.taskArn } };
      },
    },
  };
};
