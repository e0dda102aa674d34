import { describe, expect, it } from "vitest";
import { readSettings, SettingsError } from "../../training/task/settings.ts";

const job = {
  schema: 1,
  id: "dogs-1",
  name: "dogs",
  photos: "s3://photos/datasets/1a2b.json",
  store: "s3://models",
  work: "s3://photos/trainings/dogs-1",
};
const environment = (changes: object, more: Record<string, string> = {}) => ({
  WHIPPET_TRAINING: JSON.stringify({ ...job, ...changes }),
  ...more,
});
const refusal = (given: Record<string, string | undefined>): string => {
  try {
    readSettings(given);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return "not refused";
};

describe("a task's settings", () => {
  it("are read from the environment, with the shard's number in an array job", () => {
    expect(readSettings(environment({}))).toMatchObject({ job, shard: 0 });
    const shards = { step: "features", shards: 3 };
    expect(readSettings(environment(shards, { AWS_BATCH_JOB_ARRAY_INDEX: "2" })).shard).toBe(2);
    expect(readSettings(environment({ step: "features" })).shard).toBe(0);
    expect(readSettings(environment({})).hours).toBeUndefined();
    expect(readSettings(environment({}, { WHIPPET_HOURS: "6" })).hours).toBe(6);
  });

  it.each<[string, Record<string, string | undefined>, string]>([
    ["nothing", {}, "WHIPPET_TRAINING is not set; give it the training job as JSON"],
    ["no JSON", { WHIPPET_TRAINING: "{id: dogs}" }, "WHIPPET_TRAINING is no JSON: {id: dogs}; quote it as one value"],
    [
      "a number out of range",
      environment({ options: { validation: 3 } }),
      "WHIPPET_TRAINING.options.validation is 3: ",
    ],
    ["a missing field", environment({ store: undefined }), "WHIPPET_TRAINING.store is missing: "],
    [
      "another kind of place",
      environment({ photos: "/home/me/photos" }),
      "WHIPPET_TRAINING.photos is /home/me/photos: s3://BUCKET/datasets/X.json, s3://BUCKET/PREFIX/ or file:FOLDER",
    ],
    ["a misspelt option", environment({ options: { epoch: 3 } }), 'WHIPPET_TRAINING.options is {"epoch":3}: '],
    [
      "a time limit",
      environment({}, { WHIPPET_HOURS: "six" }),
      'WHIPPET_HOURS is "six"; it must be above 0, and 500 at most',
    ],
    [
      "a shard without a number",
      environment({ step: "features", shards: 3 }),
      "AWS_BATCH_JOB_ARRAY_INDEX is not set, and the job has 3 shards; run it as an array job of size 3",
    ],
    [
      "a number beyond the shards",
      environment({ step: "features", shards: 3 }, { AWS_BATCH_JOB_ARRAY_INDEX: "3" }),
      'AWS_BATCH_JOB_ARRAY_INDEX is "3", and the job has 3 shards',
    ],
  ])("name what is wrong with %s, its value and the fix", (_, given, message) => {
    expect(refusal(given)).toContain(message);
  });

  it("name everything that is wrong at once", () => {
    expect(refusal(environment({ name: "", work: "" })).split("\n")).toHaveLength(2);
  });
});
