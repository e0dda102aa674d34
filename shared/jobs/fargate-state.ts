/** What ECS says of a training's task, in our words. */
import type { Task } from "@aws-sdk/client-ecs";
import { idOf } from "./id.ts";
import { CANCELLED, type State, type TrainingState } from "./jobs.ts";
import { submittedJob } from "./submitted-job.ts";

/** @param task one that `idOf` knows */
export const stateOfTask = (task: Task): TrainingState => {
  const { startedBy, createdAt, startedAt, stoppedAt, overrides } = task;
  const { state, detail, exitCode } = standing(task);
  return {
    id: idOf(startedBy)!,
    model: submittedJob(overrides?.containerOverrides?.[0]?.environment)?.name ?? "unknown",
    device: "cpu",
    state,
    ...(detail && { detail }),
    ...(exitCode !== undefined && { exitCode }),
    shards: 1,
    created: (createdAt ?? new Date(0)).toISOString(),
    ...(startedAt && { started: startedAt.toISOString() }),
    ...(stoppedAt && { ended: stoppedAt.toISOString() }),
  };
};

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html */
const standing = (task: Task): { state: State; detail?: string; exitCode?: number | undefined } => {
  const { lastStatus, stoppedReason, containers: [container] = [] } = task;
  if (lastStatus === "PROVISIONING") return { state: "starting", detail: "waiting for a machine" };
  if (lastStatus === "PENDING" || lastStatus === "ACTIVATING")
    return { state: "starting", detail: "loading the image" };
  if (lastStatus !== "STOPPED") return { state: "running" };
  if (stoppedReason?.startsWith(CANCELLED))
    return { state: "cancelled", detail: stoppedReason.slice(CANCELLED.length) };
  const exitCode = container?.exitCode;
  if (exitCode === 0) return { state: "succeeded" };
  return { state: "failed", detail: container?.reason ?? stoppedReason ?? "it stopped", exitCode };
};
