/** Trainings on AWS Batch: a job, or an array job for the shards' features or a sweep's trials and a job that waits for it. */
import {
  type BatchClient,
  DescribeJobsCommand,
  type JobDetail,
  type JobSummary,
  paginateListJobs,
  SubmitJobCommand,
  TerminateJobCommand,
} from "@aws-sdk/client-batch";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { arrayBefore, TRAINING_VARIABLE, type TrainingJob } from "../training-job.ts";
import { awsCall } from "./aws-call.ts";
import { type BatchTraining, stateOf, streamsOf } from "./batch-state.ts";
import { ANY_JOB, featuresName, idOf, isFeatures, jobName } from "./id.ts";
import { CANCELLED, type Jobs, type TrainingState } from "./jobs.ts";
import { readStreams } from "./log-streams.ts";
import { noSuchTraining } from "./no-such-training.ts";
import type { BatchSettings } from "./settings.ts";
import { submitOnce } from "./submit-once.ts";

export interface BatchClients {
  batch: BatchClient;
  /** Made with `maxAttempts: 1`, since it must not submit twice on its own. */
  submitting: BatchClient;
  logs: CloudWatchLogsClient;
}

/** As many jobs as DescribeJobs takes at once. */
const AT_ONCE = 100;

export const createBatchJobs = ({ queue, definition, logs: group }: BatchSettings, clients: BatchClients): Jobs => {
  const { batch } = clients;

  const listed = async (name: string): Promise<JobSummary[]> =>
    awsCall("batch:ListJobs", async () => {
      const found: JobSummary[] = [];
      const filters = [{ name: "JOB_NAME", values: [name] }];
      for await (const page of paginateListJobs({ client: batch }, { jobQueue: queue, filters }))
        found.push(...(page.jobSummaryList ?? []));
      return found;
    });

  const described = async (ids: readonly string[]): Promise<JobDetail[]> => {
    const found: JobDetail[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const jobs = ids.slice(at, at + AT_ONCE);
      const { jobs: details = [] } = await awsCall("batch:DescribeJobs", () =>
        batch.send(new DescribeJobsCommand({ jobs })),
      );
      found.push(...details);
    }
    return found;
  };

  /** The trainings whose jobs' names match, the latest first. */
  const trainings = async (name: string): Promise<BatchTraining[]> => {
    const found = new Map<string, BatchTraining>();
    const ours = (await listed(name)).filter(({ jobName }) => idOf(jobName) !== undefined);
    for (const job of await described(ours.flatMap(({ jobId }) => jobId ?? []))) {
      const id = idOf(job.jobName)!;
      const training = found.get(id) ?? { id };
      training[isFeatures(job.jobName) ? "features" : "last"] = job;
      found.set(id, training);
    }
    return [...found.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
  };

  const find = async (id: string): Promise<BatchTraining> => {
    const [training] = await trainings(`${jobName(id)}*`);
    if (training === undefined) throw noSuchTraining(id);
    return training;
  };

  /** @returns the Batch job's id */
  const submitJob = (name: string, job: TrainingJob, more: { size?: number; after?: string }): Promise<string> =>
    submitOnce({
      submit: async () => {
        const { jobId } = await awsCall("batch:SubmitJob", () =>
          clients.submitting.send(
            new SubmitJobCommand({
              jobName: name,
              jobQueue: queue,
              jobDefinition: definition,
              containerOverrides: { environment: [{ name: TRAINING_VARIABLE, value: JSON.stringify(job) }] },
              ...(more.size !== undefined && { arrayProperties: { size: more.size } }),
              ...(more.after !== undefined && { dependsOn: [{ jobId: more.after }] }),
            }),
          ),
        );
        return jobId!;
      },
      submitted: async () => (await listed(name))[0]?.jobId,
    });

  const terminate = (jobId: string, reason: string) =>
    awsCall("batch:TerminateJob", () => batch.send(new TerminateJobCommand({ jobId, reason })));

  return {
    devices: ["gpu"],

    async submit(job) {
      if (job.step !== "head" && job.step !== "best") {
        await submitJob(jobName(job.id), job, {});
        return job.id;
      }
      const before = { ...job, step: arrayBefore[job.step] };
      const features = await submitJob(featuresName(job.id), before, { size: job.shards });
      try {
        await submitJob(jobName(job.id), job, { after: features });
        return job.id;
      } catch (error) {
        await terminate(features, `${CANCELLED}the job that should follow could not be submitted`);
        throw error;
      }
    },

    async describe(id) {
      const training = await find(id);
      const children = training.features ? await described(childrenOf(training.features)) : [];
      return stateOf(training, children);
    },

    async list(): Promise<TrainingState[]> {
      return (await trainings(ANY_JOB)).map((training) => stateOf(training, []));
    },

    async cancel(id, reason) {
      const { last, features } = await find(id);
      // the one that waits first, so that it does not begin when the other ends
      for (const job of [last, features])
        if (job?.jobId && job.status !== "SUCCEEDED" && job.status !== "FAILED")
          await terminate(job.jobId, `${CANCELLED}${reason}`.slice(0, 1024));
    },

    async log(id, from) {
      const training = await find(id);
      const { last, features } = training;
      const children = features ? await described(childrenOf(features)) : [];
      const jobs = last ? [...children, last] : children;
      const streams = jobs.flatMap((job) => streamsOf(job, group));
      return { state: stateOf(training, children), ...(await readStreams(clients.logs, streams, from)) };
    },
  };
};

/** An array job's children are named by its id and their index. */
const childrenOf = ({ jobId, arrayProperties }: JobDetail): string[] =>
  Array.from({ length: arrayProperties?.size ?? 0 }, (_, index) => `${jobId}:${index}`);
