import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isFinal, type Jobs, type State } from "../../shared/jobs/jobs.ts";
import { openJobs } from "../../shared/jobs/open.ts";
import { jobOf, trainingRequestSchema } from "../../shared/jobs/request.ts";
import { readJobSettings } from "../../shared/jobs/settings.ts";
import { TRAINING_VARIABLE, type TrainingJob } from "../../shared/training-job.ts";
import { QUEUE } from "../tools/aws/batch.ts";
import { cpuEnvironment } from "../tools/aws/ecs.ts";
import { type FakeAws, FakeError, startFakeAws } from "../tools/aws/server.ts";
import { type Container, createContainers } from "./containers.ts";

const gpuEnvironment = { WHIPPET_JOB_QUEUE: QUEUE, WHIPPET_JOB_DEFINITION: "whippet", WHIPPET_JOB_LOGS: "/whippet" };
const places = { store: "s3://models", photos: "s3://photos" };

let aws: FakeAws;
let started: Container[];
let jobs: Jobs;

beforeEach(async () => {
  const containers = createContainers();
  ({ started } = containers);
  aws = await startFakeAws(containers.run);
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
  jobs = await openJobs(readJobSettings({ ...gpuEnvironment, ...cpuEnvironment }));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.stop();
});

const job = async (device: "gpu" | "cpu", shards = 1): Promise<TrainingJob> => {
  const request = { name: "dogs", photos: "s3://photos/datasets/x.json", options: { device }, shards };
  return jobOf(trainingRequestSchema.parse(request), places, new Date("2026-11-23T12:00:00Z"));
};

/** Looks until the training is where it should be, and returns every state that was seen on the way. */
const watch = async (id: string, wanted: (state: State) => boolean): Promise<string[]> => {
  const seen: string[] = [];
  for (;;) {
    const { state, detail } = await jobs.describe(id);
    const line = detail === undefined ? state : `${state}: ${detail}`;
    if (seen.at(-1) !== line) seen.push(line);
    if (wanted(state)) return seen;
  }
};
const running = (state: State) => state === "running";

describe.each(["gpu", "cpu"] as const)("a training on the %s", (device) => {
  it("waits for a machine, loads its image, runs, and ends", async () => {
    const submitted = await job(device);
    await jobs.submit(submitted);
    const before = await watch(submitted.id, running);
    expect(before.filter((line) => line !== "queued")).toEqual([
      "starting: waiting for a machine",
      "starting: loading the image",
      "running",
    ]);
    expect(JSON.parse(started[0]!.environment[TRAINING_VARIABLE]!)).toEqual(submitted);
    await started[0]!.end(0);
    expect(await watch(submitted.id, isFinal)).toEqual(["succeeded"]);
    const [listed] = await jobs.list();
    expect(listed).toMatchObject({ id: submitted.id, model: "dogs", device, state: "succeeded", shards: 1 });
    expect(Date.parse(listed!.ended!)).toBeGreaterThanOrEqual(Date.parse(listed!.started!));
  });

  it("hands out its log from where it was left, page by page", async () => {
    const { id } = await job(device);
    await jobs.submit({ ...(await job(device)), id });
    await watch(id, running);
    expect((await jobs.log(id)).lines).toEqual([]);
    const lines = Array.from({ length: 11 }, (_, i) => `line ${i}`);
    for (const line of lines) started[0]!.say(line);
    const page = await jobs.log(id);
    expect(page.lines.map(({ text }) => text)).toEqual(lines);
    expect((await jobs.log(id, page.next)).lines).toEqual([]);
    started[0]!.say("more");
    expect((await jobs.log(id, page.next)).lines.map(({ text }) => text)).toEqual(["more"]);
  });

  it("says with which code it failed", async () => {
    const { id } = await job(device);
    await jobs.submit({ ...(await job(device)), id });
    await watch(id, running);
    await started[0]!.end(3);
    expect(await watch(id, isFinal)).toEqual(["failed: Essential container in task exited"]);
    expect((await jobs.describe(id)).exitCode).toBe(3);
  });

  it.each(["before it runs", "while it runs"])("is cancelled %s, with a reason", async (when) => {
    const { id } = await job(device);
    await jobs.submit({ ...(await job(device)), id });
    if (when === "while it runs") await watch(id, running);
    await jobs.cancel(id, "too slow");
    expect((await watch(id, isFinal)).at(-1)).toBe("cancelled: too slow");
    await jobs.cancel(id, "again");
    expect((await jobs.describe(id)).detail).toBe("too slow");
  });

  it("is submitted once, although the answer was lost", async () => {
    const submitted = await job(device);
    const operation = device === "gpu" ? "SubmitJob" : "RunTask";
    aws.loseAnswer(operation);
    await jobs.submit(submitted);
    expect(device === "gpu" ? aws.batch.submitted(`whippet-${submitted.id}`) : aws.ecs.tasks()).toBe(1);
  });

  it("is submitted once, although AWS was throttling", async () => {
    const submitted = await job(device);
    const operation = device === "gpu" ? "SubmitJob" : "RunTask";
    let refused = 0;
    aws.refuse(operation, new FakeError("ThrottlingException", "Rate exceeded", 400), () => refused++ < 1);
    await jobs.submit(submitted);
    expect(refused).toBe(2);
    expect(device === "gpu" ? aws.batch.submitted(`whippet-${submitted.id}`) : aws.ecs.tasks()).toBe(1);
  });

  it("names the permission that is missing", async () => {
    const [operation, permission] = device === "gpu" ? ["SubmitJob", "batch:SubmitJob"] : ["RunTask", "ecs:RunTask"];
    aws.refuse(operation, new FakeError("AccessDeniedException", "User is not authorized", 403));
    await expect(jobs.submit(await job(device))).rejects.toThrow(
      `${permission}: these credentials may not ${permission}; add that permission`,
    );
  });

  it("is not found under another id", async () => {
    await jobs.submit(await job(device));
    await expect(jobs.describe("20200101-000000-00000000")).rejects.toThrow(
      /no training 20200101-000000-00000000 is known/,
    );
  });
});

describe("a training in shards", () => {
  it("extracts in parallel, then publishes; its log says which shard wrote", async () => {
    const submitted = await job("gpu", 3);
    const { id } = submitted;
    await jobs.submit(submitted);
    await watch(id, () => started.length === 3);
    expect(started.map(({ environment }) => environment.AWS_BATCH_JOB_ARRAY_INDEX)).toEqual(["0", "1", "2"]);
    for (const { environment } of started)
      expect(JSON.parse(environment[TRAINING_VARIABLE]!)).toEqual({ ...submitted, step: "features" });

    started[1]!.say("from the second");
    await started[1]!.end(0);
    expect(await jobs.describe(id)).toMatchObject({ state: "running", shards: 3, shardsDone: 1 });
    await started[0]!.end(0);
    await started[2]!.end(0);
    await watch(id, () => started.length === 4);
    expect(JSON.parse(started[3]!.environment[TRAINING_VARIABLE]!)).toEqual(submitted);
    started[3]!.say("from the last");
    await started[3]!.end(0);
    expect((await watch(id, isFinal)).at(-1)).toBe("succeeded");
    expect((await jobs.log(id)).lines).toMatchObject([
      { text: "from the second", shard: 1 },
      { text: "from the last" },
    ]);
  });

  it("fails with the shard that failed, and trains nothing", async () => {
    const submitted = await job("gpu", 2);
    await jobs.submit(submitted);
    await watch(submitted.id, () => started.length === 2);
    await started[0]!.end(0);
    await started[1]!.end(1);
    expect((await watch(submitted.id, isFinal)).at(-1)).toBe("failed: shard 1: Essential container in task exited");
    expect(started).toHaveLength(2);
  });

  it("is cancelled as a whole", async () => {
    const submitted = await job("gpu", 2);
    await jobs.submit(submitted);
    await watch(submitted.id, () => started.length === 2);
    await jobs.cancel(submitted.id, "enough");
    expect((await watch(submitted.id, isFinal)).at(-1)).toBe("cancelled: enough");
    expect(started).toHaveLength(2);
  });

  it("leaves nothing running when its second job cannot be submitted", async () => {
    const submitted = await job("gpu", 2);
    const disabled = new FakeError("ClientException", "Job queue is disabled");
    aws.refuse("SubmitJob", disabled, ({ dependsOn }) => dependsOn !== undefined);
    await expect(jobs.submit(submitted)).rejects.toThrow("AWS answered ClientException: Job queue is disabled");
    expect((await watch(submitted.id, isFinal)).at(-1)).toMatch(/^cancelled: /);
    expect(started).toEqual([]);
  });

  it("has no place on the CPU task", async () => {
    await expect(jobs.submit(await job("cpu", 2))).rejects.toThrow("leave --shards out, or train with --device gpu");
  });
});

describe("a machine that is taken away", () => {
  it("is followed by another attempt, whose log is read too", async () => {
    const submitted = await job("gpu");
    await jobs.submit(submitted);
    await watch(submitted.id, running);
    started[0]!.say("first attempt");
    await aws.batch.reclaim(`whippet-${submitted.id}`);
    expect(await watch(submitted.id, running)).toEqual([
      "starting: waiting for a machine, attempt 2",
      "starting: loading the image, attempt 2",
      "running: attempt 2",
    ]);
    started[1]!.say("second attempt");
    expect((await jobs.log(submitted.id)).lines.map(({ text }) => text)).toEqual(["first attempt", "second attempt"]);
  });
});

describe("what is not configured", () => {
  it("is said with what to deploy", async () => {
    await expect(openJobs(readJobSettings({}))).rejects.toThrow(
      /no training is deployed: WHIPPET_JOB_QUEUE is not set/,
    );
    expect(() => readJobSettings({ WHIPPET_JOB_QUEUE: "q" })).toThrow(
      "WHIPPET_JOB_QUEUE is set, but WHIPPET_JOB_DEFINITION and WHIPPET_JOB_LOGS are not",
    );
  });

  it("names a queue that is gone", async () => {
    const gone = await openJobs(readJobSettings({ ...gpuEnvironment, WHIPPET_JOB_QUEUE: "gone" }));
    await expect(gone.submit(await job("gpu"))).rejects.toThrow(/JobQueue gone not found.*npx sst deploy/);
  });

  it("says that credentials are unknown, and that there is no answer", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDOTHER");
    const stranger = await openJobs(readJobSettings(gpuEnvironment));
    await expect(stranger.list()).rejects.toThrow(
      "batch:ListJobs: AWS does not know these credentials; check AWS_PROFILE",
    );
    vi.stubEnv("AWS_ENDPOINT_URL_BATCH", "http://127.0.0.1:9");
    const nowhere = await openJobs(readJobSettings(gpuEnvironment));
    await expect(nowhere.list()).rejects.toThrow(
      "batch:ListJobs: no answer from AWS (ECONNREFUSED); check the network",
    );
  });
});
