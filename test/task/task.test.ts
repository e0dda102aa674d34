/** The task's process: what it does when it is stopped, when what it kept is damaged, and when it cannot work. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { below } from "../../shared/jobs/request.ts";
import type { Store } from "../../shared/store/store.ts";
import type { TrainingJobInput } from "../../shared/training-job.ts";
import { drawFolder } from "../drawing.ts";
import { endCommands } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { has } from "../require.ts";
import { type Seaweed, startSeaweed } from "../tools/seaweed.ts";
import { seaweedStore } from "../tools/seaweed-store.ts";
import { lastOf, runTask, startTask, uploadPhotos } from "./task.ts";

describe.runIf(has("seaweed"))("the training task", async () => {
  const { home, remove } = await temporaryFolder("task");
  let seaweed: Seaweed;
  let bucket: Store;
  let job: TrainingJobInput;
  const machines = () => ({ home, environment: seaweed.environment });

  beforeAll(async () => {
    seaweed = await startSeaweed();
    for (const name of ["photos", "models"]) await seaweed.createBucket(name);
    bucket = await seaweedStore(seaweed, "s3://photos");
    await drawFolder(join(home, "photos"), 3, 24);
    job = {
      schema: 1,
      id: "shapes-1",
      name: "shapes",
      photos: below("s3://photos", await uploadPhotos(bucket, join(home, "photos"))),
      store: "s3://models",
      work: "s3://photos/trainings/shapes-1",
      shards: 2,
      step: "features",
    };
  });
  afterAll(async () => {
    endCommands();
    await seaweed?.stop();
    await remove();
  });

  it("saves what it has computed at SIGTERM, exits with 75, and the next machine goes on from there", async () => {
    const task = await startTask(machines(), JSON.stringify(job), {
      shard: 0,
      onLine: (line, { kill }) => {
        if (line.event === "progress" && line.stage === "features") kill("SIGTERM");
      },
    });
    const stopped = await task.ended;
    expect(lastOf(stopped, "stopped").reason).toBe("stopped by SIGTERM");
    expect(stopped.code).toBe(75);

    const resumed = await runTask(machines(), job, 0);
    expect(resumed.code).toBe(0);
    const { photos, cached, skipped } = lastOf(resumed, "extracted");
    expect({ photos, skipped }).toEqual({ photos: 36, skipped: 0 });
    expect(cached).toBeGreaterThan(0);
    expect(cached).toBeLessThan(36);
  });

  it("has nothing to do for a shard that is there, and fetches no other's photos", async () => {
    const again = await runTask(machines(), job, 0);
    expect(lastOf(again, "extracted")).toMatchObject({ shard: 0, photos: 36, cached: 36 });
    const other = await runTask(machines(), job, 1);
    expect(lastOf(other, "extracted")).toMatchObject({ shard: 1, photos: 36, cached: 0 });
    expect(other.lines).toContainEqual(
      expect.objectContaining({ stage: "fetch", summary: expect.stringMatching(/^36 photos/) }),
    );
  });

  it("computes again what was damaged, and says so", async () => {
    const packs = (await bucket.list("trainings/shapes-1/features/")).map(({ key }) => key);
    for (const key of packs) {
      const { bytes } = (await bucket.get(key))!;
      bytes[bytes.length >> 1]! ^= 1;
      await bucket.put(key, bytes);
    }
    const repaired = await runTask(machines(), job, 1);
    expect(lastOf(repaired, "extracted").cached).toBe(0);
    const notes = repaired.lines.flatMap((line) => (line.event === "note" ? line.text : []));
    expect(notes).toHaveLength(packs.length);
    expect(notes[0]).toMatch(/^features\/.* was damaged; it is removed, and computed again$/);
  });

  it("goes on with the same photos' features for another training of them", async () => {
    const another = await runTask(machines(), { ...job, id: "shapes-2", options: { seed: 7 } }, 1);
    expect(lastOf(another, "extracted")).toMatchObject({ photos: 36, cached: 36 });
  });

  it("ends by itself after its hours, keeps what it has, and asks for no other attempt", async () => {
    const fresh = { ...job, work: "s3://photos/trainings/hours", shards: 1, step: "features" } as const;
    const { home: folder, environment } = machines();
    const limited = { home: folder, environment: { ...environment, WHIPPET_HOURS: "0.0002" } };
    const ended = await runTask(limited, fresh, 0);
    expect(ended.code).toBe(1);
    expect(lastOf(ended, "failed").error).toMatch(
      /^it took longer than 0\.0002 hours \(training\.hours of sst\.config\.ts\)/,
    );
  });

  it("exits with 2 where its settings are wrong, and with 1 where it cannot work, in one clear line", async () => {
    const misspelt = await runTask(machines(), { ...job, shards: 0 });
    expect(misspelt.code).toBe(2);
    expect(lastOf(misspelt, "failed").error).toMatch(/^WHIPPET_TRAINING.shards is 0: /);

    const nowhere = await runTask(machines(), { ...job, photos: "s3://photos/cats/" }, 0);
    expect(nowhere.code).toBe(1);
    expect(lastOf(nowhere, "failed").error).toContain("s3://photos/cats/ holds no photos");

    const graphics = { ...job, step: "all", shards: 1, options: { device: "gpu" } } as const;
    const cpuOnly = await runTask(machines(), graphics);
    expect(cpuOnly.code).toBe(1);
    expect(lastOf(cpuOnly, "failed").error).toContain('device "gpu"');
    expect(cpuOnly.lines.map(({ event }) => event)).toEqual(["started", "failed"]);
  });
});
