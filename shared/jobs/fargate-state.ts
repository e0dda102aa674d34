/** What ECS says of a training's task, in our words. */
import type { Task } from "@aws-sdk/client-ecs";
import { idOf, jobName } from "./id.ts";
import { CANCELLED, type State, type TrainingState } from "./jobs.ts";
import { submittedJob } from "./submitted-job.ts";

export const stateOfTask = (task: Task): TrainingState => {
  const { startedBy, createdAt, startedAt, stoppedAt, overrides } = task;
  const { state, detail } = standing(task);
  return {
    id: idOf(startedBy) ?? jobName("unknown"),
    model: submittedJob(overrides?.containerOverrides?.[0]?.environment)?.name ?? "unknown",
    device: "cpu",
    state,
    ...(detail && { detail }),
    shards: 1,
    created: (createdAt ?? new Date(0)).toISOString(),
    ...(startedAt && { started: startedAt.toISOString() }),
    ...(stoppedAt && { ended: stoppedAt.toISOString() }),
  };
};

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html */
const standing = ({ lastStatus, stoppedReason, containers = [] }: Task): { state: State; detail?: string } => {
  switch (lastStatus) {
    case "PROVISIONING":
      return { state: "starting", detail: "waiting for a machine" };
    case "PENDING":
    case "ACTIVATING":
      return { state: "starting", detail: "loading the image" };
    case "STOPPED": {
      if (stoppedReason?.startsWith(CANCELLED))
        return { state: "cancelled", detail: stoppedReason.slice(CANCELLED.length) };
      const [container] = containers;
      if (container?.exitCode === 0) return { state: "succeeded" };
      const code = container?.exitCode === undefined ? "" : `, exit code ${container.exitCode}`;
      return { state: "failed", detail: `${container?.reason ?? stoppedReason ?? "it stopped"}${code}` };
    }
    default:
      return { state: "running" };
  }
};
