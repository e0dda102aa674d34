/**
 * The training task on machines that come and go: killed at ten moments, or spread over shards, it ends in the same model,
 * byte for byte, as a training that nothing disturbed.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { below } from "../../shared/jobs/request.ts";
import { listVersions } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";
import type { TrainingLine } from "../../shared/training-events.ts";
import type { TrainingJobInput } from "../../shared/training-job.ts";
import { random } from "../drawing.ts";
import { endCommands } from "../e2e/command.ts";
import { fillWithPhotos, temporaryFolder } from "../e2e/folders.ts";
import { inputSize } from "../e2e/small-backbone.ts";
import { readWhole } from "../registry/reader.ts";
import { has } from "../require.ts";
import { contentOf, type EndedTask, lastOf, type RunningTask, runTask, startTask, uploadPhotos } from "../task/task.ts";
import { type Seaweed, startSeaweed } from "../tools/seaweed.ts";
import { seaweedStore } from "../tools/seaweed-store.ts";

const stages = ["fetch", "photos", "features", "head", "ranges", "gate", "publish", "done"] as const;
type Stage = (typeof stages)[number];

const stageOf = (line: TrainingLine): number => {
  if (line.event === "done") return stages.indexOf("done");
  if (line.event === "epoch") return stages.indexOf("head");
  return "stage" in line ? stages.indexOf(line.stage as Stage) : -1;
};

/** In which stages a task is killed, and up to which of the stage's lines; where there are fewer, as the next stage begins. */
const inStages: readonly { stage: Stage; lines: number }[] = [
  { stage: "fetch", lines: 3 },
  { stage: "features", lines: 2 },
  { stage: "features", lines: 4 },
  { stage: "head", lines: 10 },
  { stage: "ranges", lines: 4 },
  { stage: "gate", lines: 6 },
  { stage: "gate", lines: 12 },
  { stage: "gate", lines: 12 },
];
/** A task that publishes is killed when an object of this name is in the store. */
const whilePublishing = ["model.int8.onnx", "manifest.json"] as const;

/** Calls `fire` once, at line number `count` of `stage`, or at the first of a later stage. */
const atLine = (stage: Stage, count: number, fire: (task: RunningTask) => void) => {
  let seen = 0;
  return (line: TrainingLine, task: RunningTask): void => {
    const at = stageOf(line) - stages.indexOf(stage);
    if (at < 0 || seen >= count) return;
    seen = at > 0 ? count : seen + 1;
    if (seen === count) fire(task);
  };
};

const notes = ({ lines }: EndedTask) => lines.flatMap((line) => (line.event === "note" ? line.text : []));
const summaryOf = ({ lines }: EndedTask, stage: Stage) =>
  lines.findLast((line) => line.event === "stage" && line.stage === stage && line.summary !== undefined);

describe.runIf(has("seaweed"))("the training task", async () => {
  const { home, remove } = await temporaryFolder("long-task");
  const name = "pets";
  let seaweed: Seaweed;
  let photos: Store;
  let undisturbed: Record<string, string>;
  const machines = () => ({ home, environment: seaweed.environment });
  /** Each training has a store and work of its own. */
  const storeOf = (id: string) => seaweedStore(seaweed, `s3://models/${id}`);
  let job: (id: string) => TrainingJobInput;

  beforeAll(async () => {
    seaweed = await startSeaweed();
    for (const bucket of ["photos", "models"]) await seaweed.createBucket(bucket);
    photos = await seaweedStore(seaweed, "s3://photos");
    await fillWithPhotos(join(home, "photos"), 20);
    const listing = below("s3://photos", await uploadPhotos(photos, join(home, "photos")));
    job = (id) => ({
      schema: 1,
      id,
      name,
      photos: listing,
      store: `s3://models/${id}`,
      work: `s3://photos/trainings/${id}`,
      options: { inputSize },
    });
    const { version } = lastOf(await runTask(machines(), job("undisturbed")), "done");
    undisturbed = await contentOf(await storeOf("undisturbed"), name, version);
  });
  afterAll(async () => {
    endCommands();
    await seaweed?.stop();
    await remove();
  });

  it("killed at ten moments, each time on a new machine, ends in the same files", async () => {
    const next = random(24);
    const store = await storeOf("killed");
    const training = JSON.stringify(job("killed"));
    const signals: NodeJS.Signals[] = [];

    for (const { stage, lines } of inStages) {
      const signal = next() < 0.5 ? "SIGTERM" : "SIGKILL";
      const kill = ({ kill }: RunningTask) => kill(signal);
      const task = await startTask(machines(), training, {
        onLine: atLine(stage, 1 + Math.floor(next() * lines), kill),
      });
      const { code, lines: said } = await task.ended;
      // on a machine so fast that it publishes by now, SIGTERM lets it
      const publishing = said.some((line) => stageOf(line) >= stages.indexOf("publish"));
      expect({ stage, signal, code }).toEqual({
        stage,
        signal,
        code: signal === "SIGKILL" ? null : publishing ? 0 : 75,
      });
      if (code === 75) expect(said.at(-1)).toMatchObject({ event: "stopped", reason: "stopped by SIGTERM" });
      signals.push(signal);
    }
    for (const file of whilePublishing) {
      const task = await startTask(machines(), training);
      let over = false;
      void task.ended.then(() => (over = true));
      while (!over && (await store.list(`models/${name}/`)).every(({ key }) => !key.endsWith(`/${file}`)))
        await sleep(2);
      task.kill("SIGKILL");
      await task.ended;
    }
    expect(new Set(signals).size).toBe(2);

    const last = await runTask(machines(), job("killed"));
    const { version, existed, promoted } = lastOf(last, "done");
    expect({ existed, promoted }).toEqual({ existed: true, promoted: true });
    expect(summaryOf(last, "features")).toMatchObject({ summary: expect.stringContaining("60 from the cache") });
    expect(last.lines.filter(({ event }) => event === "epoch")).toEqual([]);
    expect(await listVersions(store, name)).toEqual([version]);
    expect(await readWhole(store, name)).toBe(version);
    expect(await contentOf(store, name, version)).toEqual(undisturbed);
  });

  it("spread over three shards, ends in the same files, whatever of theirs is missing or damaged", async () => {
    const shards = { ...job("shards"), shards: 3, step: "features" } as const;
    for (const shard of [2, 0]) lastOf(await runTask(machines(), shards, shard), "extracted");

    const joining = JSON.stringify({ ...shards, step: "head" });
    const early = await startTask(machines(), joining, { onLine: atLine("head", 1, ({ kill }) => kill("SIGTERM")) });
    const stopped = await early.ended;
    expect(notes(stopped)).toEqual(["shard 1 of 3 (from 0) has not finished; the features it owes are computed here"]);
    expect(summaryOf(stopped, "features")).toMatchObject({ summary: expect.stringContaining("40 from the cache") });

    lastOf(await runTask(machines(), shards, 1), "extracted");
    const prints = async () => (await photos.list("trainings/shards/prints-")).map(({ key }) => key);
    const printed = await prints();
    expect(printed.length).toBeGreaterThanOrEqual(3);
    const [pack] = await photos.list("trainings/shards/features/");
    const { bytes } = (await photos.get(pack!.key))!;
    await photos.put(pack!.key, bytes.slice(0, -100));

    const joined = await runTask(machines(), { ...shards, step: "head" });
    expect(notes(joined)).toEqual([expect.stringContaining("was damaged; it is removed, and computed again")]);
    // the shards have looked at every photo already
    expect(await prints()).toEqual(printed);
    const { version } = lastOf(joined, "done");
    expect(await contentOf(await storeOf("shards"), name, version)).toEqual(undisturbed);
  });
});
