import { describe, expect, it, vi } from "vitest";
import { isFinal } from "../../shared/jobs/jobs.ts";
import { openJobs } from "../../shared/jobs/open.ts";
import { readJobSettings } from "../../shared/jobs/settings.ts";
import { TRAINING_VARIABLE } from "../../shared/training-job.ts";
import { FakeError } from "../tools/aws/server.ts";
import { deployed, gpuEnvironment, job, running, watch } from "./deployed.ts";

const there = deployed();

describe.each(["gpu", "cpu"] as const)("a training on the %s", (device) => {
  it("waits for a machine, loads its image, runs, and ends", async () => {
    const submitted = await job(device);
    await there.jobs.submit(submitted);
    const before = await watch(there.jobs, submitted.id, running);
    expect(before.filter((line) => line !== "queued")).toEqual([
      "starting: waiting for a machine",
      "starting: loading the image",
      "running",
    ]);
    expect(JSON.parse(there.started[0]!.environment[TRAINING_VARIABLE]!)).toEqual(submitted);
    await there.started[0]!.end(0);
    expect(await watch(there.jobs, submitted.id, isFinal)).toEqual(["succeeded"]);
    const [listed] = await there.jobs.list();
    expect(listed).toMatchObject({ id: submitted.id, model: "dogs", device, state: "succeeded", shards: 1 });
    expect(Date.parse(listed!.ended!)).toBeGreaterThanOrEqual(Date.parse(listed!.started!));
  });

  it("hands out its log from where it was left, page by page", async () => {
    const { id } = await job(device);
    await there.jobs.submit({ ...(await job(device)), id });
    await watch(there.jobs, id, running);
    expect((await there.jobs.log(id)).lines).toEqual([]);
    const lines = Array.from({ length: 11 }, (_, i) => `line ${i}`);
    for (const line of lines) there.started[0]!.say(line);
    const page = await there.jobs.log(id);
    expect(page.lines.map(({ text }) => text)).toEqual(lines);
    expect((await there.jobs.log(id, page.next)).lines).toEqual([]);
    there.started[0]!.say("more");
    expect((await there.jobs.log(id, page.next)).lines.map(({ text }) => text)).toEqual(["more"]);
  });

  it("says with which code it failed", async () => {
    const { id } = await job(device);
    await there.jobs.submit({ ...(await job(device)), id });
    await watch(there.jobs, id, running);
    await there.started[0]!.end(3);
    expect(await watch(there.jobs, id, isFinal)).toEqual(["failed: Essential container in task exited"]);
    expect((await there.jobs.describe(id)).exitCode).toBe(3);
  });

  it.each(["before it runs", "while it runs"])("is cancelled %s, with a reason", async (when) => {
    const { id } = await job(device);
    await there.jobs.submit({ ...(await job(device)), id });
    if (when === "while it runs") await watch(there.jobs, id, running);
    await there.jobs.cancel(id, "too slow");
    expect((await watch(there.jobs, id, isFinal)).at(-1)).toBe("cancelled: too slow");
    await there.jobs.cancel(id, "again");
    expect((await there.jobs.describe(id)).detail).toBe("too slow");
  });

  it("is submitted once, although the answer was lost", async () => {
    const submitted = await job(device);
    const operation = device === "gpu" ? "SubmitJob" : "RunTask";
    there.aws.loseAnswer(operation);
    await there.jobs.submit(submitted);
    expect(device === "gpu" ? there.aws.batch.submitted(`whippet-${submitted.id}`) : there.aws.ecs.tasks()).toBe(1);
  });

  it("is submitted once, although AWS was throttling", async () => {
    const submitted = await job(device);
    const operation = device === "gpu" ? "SubmitJob" : "RunTask";
    let refused = 0;
    there.aws.refuse(operation, new FakeError("ThrottlingException", "Rate exceeded", 400), () => refused++ < 1);
    await there.jobs.submit(submitted);
    expect(refused).toBe(2);
    expect(device === "gpu" ? there.aws.batch.submitted(`whippet-${submitted.id}`) : there.aws.ecs.tasks()).toBe(1);
  });

  it("names the permission that is missing", async () => {
    const [operation, permission] = device === "gpu" ? ["SubmitJob", "batch:SubmitJob"] : ["RunTask", "ecs:RunTask"];
    there.aws.refuse(operation, new FakeError("AccessDeniedException", "User is not authorized", 403));
    await expect(there.jobs.submit(await job(device))).rejects.toThrow(
      `${permission}: these credentials may not ${permission}; add that permission`,
    );
  });

  it("is not found under another id", async () => {
    await there.jobs.submit(await job(device));
    await expect(there.jobs.describe("20200101-000000-00000000")).rejects.toThrow(
      /no training 20200101-000000-00000000 is known/,
    );
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
