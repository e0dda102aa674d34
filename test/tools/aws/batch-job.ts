/** A job of the AWS Batch that tests talk to, and how it is described. */
import type { RunningContainer } from "./machine.ts";

export const QUEUE = "arn:aws:batch:eu-central-1:123456789012:job-queue/whippet";

export type Status = "SUBMITTED" | "PENDING" | "RUNNABLE" | "STARTING" | "RUNNING" | "SUCCEEDED" | "FAILED";

export interface FakeJob {
  jobId: string;
  jobName: string;
  status: Status;
  statusReason?: string;
  createdAt: number;
  startedAt?: number;
  stoppedAt?: number;
  environment: { name: string; value: string }[];
  attempts: { container: { exitCode: number; reason?: string; logStreamName: string } }[];
  exitCode?: number;
  stream?: string;
  running?: RunningContainer;
  after?: string;
  children?: FakeJob[];
  index?: number;
  /** Whether a description has shown it at work. */
  seenRunning?: boolean;
}

export const ended = ({ status }: FakeJob): boolean => status === "SUCCEEDED" || status === "FAILED";

const countsOf = (children: readonly FakeJob[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status } of children) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

const detail = (job: FakeJob) => ({
  ...job,
  jobQueue: QUEUE,
  jobDefinition: "whippet",
  running: undefined,
  children: undefined,
  container: {
    environment: job.environment,
    logStreamName: job.stream,
    ...(job.exitCode !== undefined && { exitCode: job.exitCode }),
  },
  ...(job.index !== undefined && { arrayProperties: { index: job.index } }),
  ...(job.children && {
    arrayProperties: {
      size: job.children.length,
      statusSummary: countsOf(job.children),
    },
  }),
});

/** A job as it is described: whatever it has come to since, at least once as running, if ever it ran. */
export const shown = (job: FakeJob) => {
  const missed = job.startedAt !== undefined && ended(job) && !job.seenRunning;
  if (job.status === "RUNNING" || missed) job.seenRunning = true;
  if (!missed) return detail(job);
  const { exitCode, stoppedAt, statusReason, ...before } = job;
  return detail({ ...before, status: "RUNNING", attempts: [] });
};
