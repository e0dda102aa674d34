import { describe, expect, it } from "vitest";
import { parseTrainingLine } from "../../shared/training-events.ts";
import { trainingJobSchema } from "../../shared/training-job.ts";

const job = {
  schema: 1,
  id: "dogs-1",
  name: "dogs",
  photos: "s3://photos/datasets/1a2b.json",
  store: "s3://models?endpoint=http://127.0.0.1:8333&region=us-east-1",
  work: "s3://photos/trainings/dogs-1",
};

describe("a training job", () => {
  it("fills in what `train` takes by default", () => {
    expect(trainingJobSchema.parse(job)).toEqual({
      ...job,
      options: { validation: 0.2, seed: 1, promote: true, force: false, device: "cpu" },
      shards: 1,
      step: "all",
    });
  });

  it.each([
    ["id", { id: "Dogs/1" }],
    ["name", { name: "../dogs" }],
    ["photos", { photos: "/home/me/photos" }],
    ["store", { store: "s3://" }],
    ["work", { work: "" }],
    ["options", { options: { epoch: 3 } }],
    ["options.fineTune", { options: { sweep: [{ views: 1 }, { views: 4 }], fineTune: 2 } }],
    ["options.fineTune", { options: { multiLabel: true, fineTune: 2 } }],
    ["options.classWeights", { options: { multiLabel: true, classWeights: "balanced" } }],
    ["options.classWeights", { options: { multiLabel: true, sweep: [{ views: 2 }, { classWeights: "balanced" }] } }],
    ["shards", { shards: 3, step: "all" }],
    ["", { retries: 3 }],
  ])("refuses a wrong or unknown setting in %j", (field, wrong) => {
    const issues = trainingJobSchema.safeParse({ ...job, ...wrong }).error?.issues;
    expect(issues?.map(({ path }) => path.join("."))).toEqual([field]);
  });
});

describe("a line of a training's log", () => {
  const line = { time: "2026-01-31T12:00:00.000Z", training: "dogs-1" };

  it("is read back with its time and training", () => {
    const event = { ...line, event: "progress", stage: "features", done: 3, total: 60 };
    expect(parseTrainingLine(JSON.stringify(event))).toEqual(event);
  });

  it.each([
    "[W:onnxruntime] something",
    "{",
    JSON.stringify({ ...line, event: "tea" }),
    JSON.stringify({ event: "note" }),
  ])("is nothing where it is no event: %s", (text) => {
    expect(parseTrainingLine(text)).toBeUndefined();
  });
});
