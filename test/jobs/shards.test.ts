/** Trainings of several jobs, and of several attempts. */
import { describe, expect, it } from "vitest";
import { isFinal } from "../../shared/jobs/jobs.ts";
import { TRAINING_VARIABLE } from "../../shared/training-job.ts";
import { FakeError } from "../tools/aws/server.ts";
import { deployed, job, running, watch } from "./deployed.ts";

const there = deployed();

describe("a training in shards", () => {
  it("extracts in parallel, then publishes; its log says which shard wrote", async () => {
    const submitted = await job("gpu", 3);
    const { id } = submitted;
    await there.jobs.submit(submitted);
    await watch(there.jobs, id, () => there.started.length === 3);
    expect(there.started.map(({ environment }) => environment.AWS_BATCH_JOB_ARRAY_INDEX)).toEqual(["0", "1", "2"]);
    for (const { environment } of there.started)
      expect(JSON.parse(environment[TRAINING_VARIABLE]!)).toEqual({ ...submitted, step: "features" });

    there.started[1]!.say("from the second");
    await there.started[1]!.end(0);
    expect(await there.jobs.describe(id)).toMatchObject({ state: "running", shards: 3, shardsDone: 1 });
    await there.started[0]!.end(0);
    await there.started[2]!.end(0);
    await watch(there.jobs, id, () => there.started.length === 4);
    expect(JSON.parse(there.started[3]!.environment[TRAINING_VARIABLE]!)).toEqual(submitted);
    there.started[3]!.say("from the last");
    await there.started[3]!.end(0);
    expect((await watch(there.jobs, id, isFinal)).at(-1)).toBe("succeeded");
    expect((await there.jobs.log(id)).lines).toMatchObject([
      { text: "from the second", shard: 1 },
      { text: "from the last" },
    ]);
  });

  it("runs a sweep's trials on a machine per backbone, then trains the best", async () => {
    const sweep = [{ strength: 1 }, { strength: 3 }, { backbone: "lite2" }];
    const submitted = await job("gpu", 1, sweep);
    expect(submitted).toMatchObject({ step: "best", shards: 2 });
    await there.jobs.submit(submitted);
    await watch(there.jobs, submitted.id, () => there.started.length === 2);
    for (const { environment } of there.started)
      expect(JSON.parse(environment[TRAINING_VARIABLE]!)).toEqual({ ...submitted, step: "trial" });
    for (const trials of there.started) await trials.end(0);
    await watch(there.jobs, submitted.id, () => there.started.length === 3);
    expect(JSON.parse(there.started[2]!.environment[TRAINING_VARIABLE]!)).toEqual(submitted);
    // one backbone, or the CPU task: one machine runs them all
    expect(await job("gpu", 1, sweep.slice(0, 2))).toMatchObject({ step: "all", shards: 1 });
    expect(await job("cpu", 1, sweep)).toMatchObject({ step: "all", shards: 1 });
    await expect(job("gpu", 2, sweep)).rejects.toThrow(/a sweep takes a machine for each backbone by itself/);
  });

  it("fails with the shard that failed, and trains nothing", async () => {
    const submitted = await job("gpu", 2);
    await there.jobs.submit(submitted);
    await watch(there.jobs, submitted.id, () => there.started.length === 2);
    await there.started[0]!.end(0);
    await there.started[1]!.end(1);
    expect((await watch(there.jobs, submitted.id, isFinal)).at(-1)).toBe(
      "failed: shard 1: Essential container in task exited",
    );
    expect(there.started).toHaveLength(2);
  });

  it("is cancelled as a whole", async () => {
    const submitted = await job("gpu", 2);
    await there.jobs.submit(submitted);
    await watch(there.jobs, submitted.id, () => there.started.length === 2);
    await there.jobs.cancel(submitted.id, "enough");
    expect((await watch(there.jobs, submitted.id, isFinal)).at(-1)).toBe("cancelled: enough");
    expect(there.started).toHaveLength(2);
  });

  it("leaves nothing running when its second job cannot be submitted", async () => {
    const submitted = await job("gpu", 2);
    const disabled = new FakeError("ClientException", "Job queue is disabled");
    there.aws.refuse("SubmitJob", disabled, ({ dependsOn }) => dependsOn !== undefined);
    await expect(there.jobs.submit(submitted)).rejects.toThrow("AWS answered ClientException: Job queue is disabled");
    expect((await watch(there.jobs, submitted.id, isFinal)).at(-1)).toMatch(/^cancelled: /);
    expect(there.started).toEqual([]);
  });

  it("has no place on the CPU task", async () => {
    await expect(there.jobs.submit(await job("cpu", 2))).rejects.toThrow(
      "leave --shards out, or train with --device gpu",
    );
  });
});

describe("a machine that is taken away", () => {
  it("is followed by another attempt, whose log is read too", async () => {
    const submitted = await job("gpu");
    await there.jobs.submit(submitted);
    await watch(there.jobs, submitted.id, running);
    there.started[0]!.say("first attempt");
    await there.aws.batch.reclaim(`whippet-${submitted.id}`);
    expect(await watch(there.jobs, submitted.id, running)).toEqual([
      "starting: waiting for a machine, attempt 2",
      "starting: loading the image, attempt 2",
      "running: attempt 2",
    ]);
    there.started[1]!.say("second attempt");
    expect((await there.jobs.log(submitted.id)).lines.map(({ text }) => text)).toEqual([
      "first attempt",
      "second attempt",
    ]);
  });
});
