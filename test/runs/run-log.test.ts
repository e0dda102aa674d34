import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Epoch } from "../../shared/training-facts.ts";
import { historyCsv } from "../../training/history.ts";
import { crc32c } from "../../training/runs/event-file.ts";
import { createRunLog } from "../../training/runs/run-log.ts";
import { has } from "../require.ts";
import { readScalars } from "../tools/tensorboard.ts";

const home = await mkdtemp(join(tmpdir(), "whippet-runs-"));
afterAll(() => rm(home, { recursive: true }));

const row = (epoch: number): Epoch => ({
  epoch,
  loss: 1 / epoch,
  accuracy: 1 - 1 / (2 * epoch),
  validationLoss: 2 / epoch,
  validationAccuracy: 0.5,
  learningRate: 0.001,
  seconds: epoch / 10,
});

describe("a run's log", () => {
  it("has each row of the history as soon as its epoch is over", async () => {
    const log = createRunLog({ folder: join(home, "rows") });
    log.onEpoch(row(1));
    expect(await readFile(log.file, "utf8")).toBe(historyCsv([row(1)]));
    log.onEpoch(row(2));
    expect(await readFile(log.file, "utf8")).toBe(historyCsv([row(1), row(2)]));
  });

  it("goes on with the rows of the attempt that was stopped, and begins anew with a new training", async () => {
    const folder = join(home, "resumed");
    const first = createRunLog({ folder });
    for (const epoch of [1, 2, 3]) first.onEpoch(row(epoch));
    // the checkpoint was of the second epoch
    createRunLog({ folder }).onEpoch(row(3));
    expect(await readFile(first.file, "utf8")).toBe(historyCsv([row(1), row(2), row(3)]));
    createRunLog({ folder }).onEpoch(row(1));
    expect(await readFile(first.file, "utf8")).toBe(historyCsv([row(1)]));
  });

  it("writes no events unless asked", async () => {
    const log = createRunLog({ folder: join(home, "quiet") });
    log.onEpoch(row(1));
    expect(await readdir(join(home, "quiet"))).toEqual(["history.csv"]);
  });

  it.runIf(has("tensorboard"))("has TensorBoard draw every figure of every epoch", () => {
    const events = join(home, "events");
    const log = createRunLog({ folder: join(home, "drawn"), tensorboard: events });
    const rows = Array.from({ length: 200 }, (_, index) => row(index + 1));
    for (const row of rows) log.onEpoch(row);
    const scalars = readScalars(events);
    expect(Object.keys(scalars).sort()).toEqual([
      "epoch/accuracy",
      "epoch/learningRate",
      "epoch/loss",
      "epoch/validationAccuracy",
      "epoch/validationLoss",
    ]);
    expect(scalars["epoch/loss"]).toEqual(rows.map(({ epoch, loss }) => [epoch, Math.fround(loss)]));
  });
});

it("computes Castagnoli's CRC as RFC 3720 has it", () => {
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
});
