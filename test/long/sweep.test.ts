/** A sweep, by the command on this machine and as the array job's processes that AWS Batch would start. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { metricsSchema } from "../../shared/metrics.ts";
import { readCurrent } from "../../shared/registry.ts";
import { createFileStore } from "../../shared/store/file.ts";
import type { Trial } from "../../shared/training-job.ts";
import { bestOf } from "../../training/sweep/trials.ts";
import { drawFolder } from "../drawing.ts";
import { endCommands, runCommand } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { inputSize, smallPhotos } from "../e2e/small-backbone.ts";
import { lastOf, runTask } from "../task/task.ts";

const { home, remove } = await temporaryFolder("sweep");
beforeAll(() => drawFolder(join(home, "photos"), 4, 12));
afterAll(async () => {
  endCommands();
  await remove();
});

/** What the published model says it is the best of, and what it was made with. */
const published = async (folder: string) => {
  const store = createFileStore(join(home, folder));
  const { manifest } = await readCurrent(store, "photos");
  const document = (await store.get(`models/photos/${manifest.version}/metrics.json`))!;
  const { sweep = [] } = metricsSchema.parse(JSON.parse(new TextDecoder().decode(document.bytes)));
  const { backbone, settings } = manifest;
  return { sweep, backbone: backbone.name, strength: settings.strength, trials: settings.trials };
};

it("compares what it is told to, says how they do, and publishes the best", async () => {
  const grid = "backbone=lite0,lite2 strength=.003,3";
  const { code, stderr } = await runCommand(["train", "photos", ...smallPhotos, "--sweep", grid], { cwd: home });
  expect(code).toBe(0);
  expect(stderr).toMatch(/trial +4 of 4: /);
  const { sweep, ...made } = await published(".whippet/store");
  expect(sweep).toHaveLength(4);
  const { trial, scores } = bestOf(sweep);
  expect(made).toEqual({ backbone: trial.backbone, strength: trial.strength, trials: 4 });
  // a penalty a thousand times as strong knows less for sure
  expect(trial.strength).toBe(3);
  expect(stderr).toMatch(new RegExp(`loss +accuracy[^\n]*\n${trial.backbone} [^\n]*${scores.nll.toFixed(4)} `));
});

it("runs a backbone's trials on each machine of an array, and trains on another, whatever a machine owes", async () => {
  const trials: Trial[] = ["lite0", "lite2"].flatMap((backbone) =>
    [0.003, 3].map((strength) => ({ backbone, strength })),
  );
  const folder = (name: string) => `file:${join(home, name)}`;
  const job = {
    ...({ schema: 1, id: "sweep-1", name: "photos", photos: folder("photos"), store: folder("models") } as const),
    work: folder("work"),
    options: { inputSize, sweep: trials },
    shards: 2,
  };
  const machines = { home, environment: {} };
  const first = await runTask(machines, { ...job, step: "trial" }, 0);
  const tried = first.lines.flatMap((line) => (line.event === "trial" ? [line.trial] : []));
  expect(tried).toEqual(trials.slice(0, 2));
  const best = await runTask(machines, { ...job, step: "best" });
  lastOf(best, "done");
  // only those that the second machine owes
  expect(best.lines.flatMap((line) => (line.event === "trial" ? [line.trial] : []))).toEqual(trials.slice(2));
  const there = await published("models");
  expect(there.sweep.map(({ trial }) => trial)).toEqual(trials);
  // and all of it as on one machine
  const { sweep, ...made } = await published(".whippet/store");
  expect(there).toMatchObject({ ...made, sweep: sweep.map(({ seconds: _, trial: __, ...told }) => told) });
});
