/** What AWS Batch says of a training's jobs, in our words. */
import type { JobDetail, JobStatus } from "@aws-sdk/client-batch";

import { CANCELLED, isFinal, type State, type TrainingState } from "./jobs.ts";
import type { LogStream } from "./log-streams.ts";
import { submittedJob } from "./submitted-job.ts";

export interface BatchTraining {
  id: string;
  /** The array job that extracts the shards' features. */
  features?: JobDetail;
  /** The job that publishes the model. */
  last?: JobDetail;
}

interface Standing {
  state: State;
  detail?: string | undefined;
  exitCode?: number | undefined;
}

/** https://docs.aws.amazon.com/batch/latest/userguide/job_states.html */
const meanings: Record<JobStatus, Standing> = {
  SUBMITTED: { state: "queued" },
  PENDING: { state: "queued" },
  RUNNABLE: { state: "starting", detail: "waiting for a machine" },
  STARTING: { state: "starting", detail: "loading the image" },
  RUNNING: { state: "running" },
  SUCCEEDED: { state: "succeeded" },
  FAILED: { state: "failed" },
};

/** @param children of the array job, as far as they are there */
export const stateOf = (training: BatchTraining, children: readonly JobDetail[]): TrainingState => {
  const { id, features, last } = training;
  const half = features?.status === "SUCCEEDED" && last === undefined;
  // when the features fail, the job that waits for them fails too, but it cannot say why
  const deciding = features && features.status !== "SUCCEEDED" ? features : (last ?? features);
  const { state, detail, exitCode } =
    cancellation([last, features, ...children]) ??
    (half ? neverSubmitted : undefined) ??
    (deciding === features ? standingOfArray(features, children) : standing(last));
  const ended = isFinal(state) ? deciding?.stoppedAt : undefined;
  const started = features?.startedAt ?? last?.startedAt;
  return {
    id,
    model: submittedJob((last ?? features)?.container?.environment)?.name ?? "unknown",
    device: "gpu",
    state,
    ...(detail && { detail }),
    ...(exitCode !== undefined && { exitCode }),
    shards: features?.arrayProperties?.size ?? 1,
    ...(features && { shardsDone: features.arrayProperties?.statusSummary?.SUCCEEDED ?? 0 }),
    created: iso(features?.createdAt ?? last?.createdAt ?? 0),
    ...(started !== undefined && { started: iso(started) }),
    ...(ended !== undefined && { ended: iso(ended) }),
  };
};

/** Whoever submitted the two jobs was stopped between them. */
const neverSubmitted: Standing = {
  state: "failed",
  detail: "the job that trains was never submitted; start it again, the shards' features are there",
};

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Its owner ended it, and nothing of it is left. Which of the jobs carries the reason depends on where each stood. */
const cancellation = (all: readonly (JobDetail | undefined)[]): Standing | undefined => {
  const jobs = all.filter((job) => job !== undefined);
  if (jobs.some(({ status }) => status !== "FAILED" && status !== "SUCCEEDED")) return undefined;
  const reason = jobs.find(({ statusReason }) => statusReason?.startsWith(CANCELLED))?.statusReason;
  return reason === undefined ? undefined : { state: "cancelled", detail: reason.slice(CANCELLED.length) };
};

const standing = (job: JobDetail | undefined): Standing => {
  const { state, detail } = meanings[job?.status ?? "SUBMITTED"];
  const attempts = job?.attempts?.length ?? 0;
  if (state === "succeeded") return { state };
  if (state !== "failed") {
    return { state, detail: join(detail, attempts > 0 && `attempt ${attempts + 1}`, stuck(job)) };
  }
  const { exitCode, reason = job?.statusReason } = job?.attempts?.at(-1)?.container ?? job?.container ?? {};
  return { state, detail: reason, exitCode };
};

/**
 * What keeps a job from ever starting, such as a machine that no queue has. The reason of an attempt before stands in the
 * same place. Source: https://docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html
 */
const stuck = (job: JobDetail | undefined): string | undefined =>
  /^(MISCONFIGURATION|CAPACITY|ACTION_REQUIRED):/.test(job?.statusReason ?? "") ? job?.statusReason : undefined;

/**
 * An array job is PENDING from when its first child is RUNNABLE until all have ended; meanwhile it stands where the furthest
 * of them does.
 */
const standingOfArray = (array: JobDetail | undefined, children: readonly JobDetail[]): Standing => {
  const own = standing(array);
  if (own.state === "failed") {
    const failed = children.find(({ status }) => status === "FAILED");
    if (failed === undefined) return own;
    const { detail, exitCode } = standing(failed);
    return { state: "failed", detail: `shard ${failed.arrayProperties?.index}: ${detail}`, exitCode };
  }
  if (own.state !== "queued") return own;
  const has = (status: JobStatus) => (array?.arrayProperties?.statusSummary?.[status] ?? 0) > 0;
  if (has("RUNNING") || has("SUCCEEDED")) return meanings.RUNNING;
  if (has("STARTING")) return meanings.STARTING;
  const waiting = children.find((child) => child.status === "RUNNABLE" && stuck(child) !== undefined);
  return waiting ? standing(waiting) : has("RUNNABLE") ? meanings.RUNNABLE : own;
};

const join = (...parts: readonly (string | false | undefined)[]): string | undefined =>
  parts.filter(Boolean).join(", ") || undefined;

/** Every attempt writes a stream of its own. */
export const streamsOf = (job: JobDetail, group: string): LogStream[] => {
  const { attempts = [], container, arrayProperties, stoppedAt } = job;
  const shard = arrayProperties?.index;
  const ends = new Map<string | undefined, number | undefined>([[container?.logStreamName, stoppedAt]]);
  for (const attempt of attempts) ends.set(attempt.container?.logStreamName, attempt.stoppedAt);
  return [...ends].flatMap(([name, ended]) =>
    name === undefined
      ? []
      : { group, name, ...(shard !== undefined && { shard }), ...(ended !== undefined && { ended }) },
  );
};
