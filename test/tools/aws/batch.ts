/**
 * AWS Batch: jobs, array jobs, and jobs that wait for others. A job moves on a step each time somebody looks at it, from
 * SUBMITTED to RUNNING, where its process starts; so a test sees every state and waits for none.
 */
import { randomUUID } from "node:crypto";
import { ended, type FakeJob, QUEUE, type Status, shown } from "./batch-job.ts";
import type { Run } from "./machine.ts";
import { FakeError, type Operations } from "./server.ts";

export interface FakeBatch {
  operations: Operations;
  queue: { state: "ENABLED" | "DISABLED"; status: "VALID" | "INVALID"; statusReason?: string };
  /** What the queue's compute environment asks EC2 for. */
  instanceTypes: string[];
  /** How many jobs were submitted under `name`. */
  submitted(name: string): number;
  /** Ends the running job's machine, as a reclaimed Spot instance: SIGTERM, and the job is tried again. */
  reclaim(name: string): Promise<void>;
  /** Resolves once a job of this name is in `status`. */
  until(name: string, status: Status): Promise<void>;
  stop(): Promise<void>;
}

const next: Partial<Record<Status, Status>> = { SUBMITTED: "RUNNABLE", RUNNABLE: "STARTING", STARTING: "RUNNING" };
const PAGE = 2;

export const createFakeBatch = ({
  run,
  write,
}: {
  run: Run;
  write: (stream: string, text: string) => void;
}): FakeBatch => {
  const jobs = new Map<string, FakeJob>();
  const queue: FakeBatch["queue"] = { state: "ENABLED", status: "VALID" };
  const instanceTypes = ["g4dn.xlarge"];
  const waiting = new Set<() => void>();
  const set = (job: FakeJob, status: Status, reason?: string) => {
    job.status = status;
    if (reason !== undefined) job.statusReason = reason;
    if (status === "RUNNING") job.startedAt ??= Date.now();
    if (status === "SUCCEEDED" || status === "FAILED") job.stoppedAt = Date.now();
    for (const check of waiting) check();
  };
  const start = (job: FakeJob) => {
    const stream = `whippet/default/${randomUUID().replaceAll("-", "")}`;
    job.stream = stream;
    const given = Object.fromEntries(job.environment.map(({ name, value }) => [name, value]));
    const environment = {
      ...given,
      AWS_BATCH_JOB_ID: job.jobId,
      AWS_BATCH_JOB_ATTEMPT: String(job.attempts.length + 1),
      ...(job.index !== undefined && { AWS_BATCH_JOB_ARRAY_INDEX: String(job.index) }),
    };
    const container = run(environment, (text) => write(stream, text));
    job.running = container;
    void container.ended.then((exitCode) => {
      job.attempts.push({ container: { exitCode, logStreamName: stream } });
      delete job.running;
      job.exitCode = exitCode;
      // a machine that was taken away, or a job that its owner ended, has its reason already
      if (job.statusReason?.startsWith("Host EC2")) return set(job, "RUNNABLE");
      if (job.statusReason !== undefined) return set(job, "FAILED");
      if (exitCode === 0) set(job, "SUCCEEDED", "Essential container in task exited");
      else set(job, "FAILED", "Essential container in task exited");
    });
  };

  const advance = (job: FakeJob) => {
    if (ended(job)) return;
    if (job.children) {
      for (const child of job.children) advance(child);
      if (job.children.every(ended)) {
        const failed = job.children.some(({ status }) => status === "FAILED");
        set(job, failed ? "FAILED" : "SUCCEEDED", failed ? "Array Child Job failed" : undefined);
      } else set(job, "PENDING");
      return;
    }
    const before = job.after === undefined ? undefined : jobs.get(job.after);
    if (before && before.status === "FAILED") return set(job, "FAILED", "Dependent Job failed");
    if (before && before.status !== "SUCCEEDED") return set(job, "PENDING");
    if (job.status === "PENDING") return set(job, "RUNNABLE");
    const following = next[job.status];
    if (following === undefined) return;
    if (following === "RUNNING") {
      delete job.statusReason;
      start(job);
    }
    set(job, following);
  };

  const terminate = (job: FakeJob, reason: string): void => {
    for (const child of job.children ?? []) if (!ended(child)) terminate(child, reason);
    if (ended(job)) return;
    job.statusReason = reason;
    if (job.running) job.running.kill("SIGTERM");
    else if (!job.children) set(job, "FAILED");
  };

  const find = (id: string): FakeJob | undefined => {
    const [parent, index] = id.split(":");
    const job = jobs.get(parent!);
    return index === undefined ? job : job?.children?.[Number(index)];
  };

  const named = (name: string) => [...jobs.values()].filter(({ jobName }) => jobName === name);

  return {
    queue,
    instanceTypes,
    submitted: (name) => named(name).length,
    async reclaim(name) {
      const job = named(name).find(({ running }) => running !== undefined);
      if (!job?.running) throw new Error(`no job ${name} runs`);
      job.statusReason = "Host EC2 (instance i-0123456789abcdef0) terminated.";
      const { ended: gone } = job.running;
      job.running.kill("SIGTERM");
      await gone;
    },
    until: (name, status) =>
      new Promise((resolve) => {
        const check = () => {
          if (!named(name).some((job) => job.status === status)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    async stop() {
      const all = [...jobs.values()].flatMap((job) => [job, ...(job.children ?? [])]);
      await Promise.all(
        all.map(({ running }) => {
          running?.kill("SIGKILL");
          return running?.ended;
        }),
      );
    },
    operations: {
      SubmitJob(input) {
        const { jobName, jobQueue, containerOverrides, arrayProperties, dependsOn } = input as {
          jobName: string;
          jobQueue: string;
          containerOverrides?: { environment?: FakeJob["environment"] };
          arrayProperties?: { size: number };
          dependsOn?: { jobId: string }[];
        };
        if (jobQueue !== QUEUE) throw new FakeError("ClientException", `JobQueue ${jobQueue} not found`);
        if (!/^[A-Za-z0-9][\w-]{0,127}$/.test(jobName)) throw new FakeError("ClientException", `bad name ${jobName}`);
        const size = arrayProperties?.size;
        if (size !== undefined && size < 2)
          throw new FakeError("ClientException", "Array size must be between 2 and 10000");
        const make = (jobId: string, index?: number): FakeJob => ({
          jobId,
          jobName,
          status: "SUBMITTED",
          createdAt: Date.now(),
          environment: containerOverrides?.environment ?? [],
          attempts: [],
          ...(index !== undefined && { index }),
        });
        const job = make(randomUUID());
        if (dependsOn?.[0]) job.after = dependsOn[0].jobId;
        if (size) job.children = Array.from({ length: size }, (_, index) => make(`${job.jobId}:${index}`, index));
        jobs.set(job.jobId, job);
        return { jobId: job.jobId, jobName };
      },
      DescribeJobs(input) {
        const found = (input.jobs as string[]).flatMap((id) => find(id) ?? []);
        const seen = found.map(shown);
        for (const job of found) if (job.index === undefined) advance(job);
        return { jobs: seen };
      },
      ListJobs(input) {
        const [{ values } = { values: [""] }] = input.filters as { values: string[] }[];
        const wanted = values[0]!.toLowerCase();
        const matches = [...jobs.values()].filter(({ jobName }) =>
          wanted.endsWith("*")
            ? jobName.toLowerCase().startsWith(wanted.slice(0, -1))
            : jobName.toLowerCase() === wanted,
        );
        const at = Number(input.nextToken ?? 0);
        return {
          jobSummaryList: matches
            .slice(at, at + PAGE)
            .map(({ jobId, jobName, status }) => ({ jobId, jobName, status })),
          ...(at + PAGE < matches.length && { nextToken: String(at + PAGE) }),
        };
      },
      TerminateJob(input) {
        const job = find(String(input.jobId));
        if (job) terminate(job, String(input.reason));
        return {};
      },
      DescribeJobQueues: () => ({
        jobQueues: [
          {
            jobQueueName: "whippet",
            jobQueueArn: QUEUE,
            computeEnvironmentOrder: [{ order: 1, computeEnvironment: "spot" }],
            ...queue,
          },
        ],
      }),
      DescribeComputeEnvironments: () => ({ computeEnvironments: [{ computeResources: { instanceTypes } }] }),
    },
  };
};
