/** What keeps a remote training from being started, or followed: one line with the fix, before anything is sent. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawFolder } from "../drawing.ts";
import { endCommands, runCommand } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { publishFake } from "../functions/publishing.ts";
import { has } from "../require.ts";
import { type Cloud, startCloud } from "./cloud.ts";

const { home, remove } = await temporaryFolder("remote-refusals");
afterAll(async () => {
  endCommands();
  await remove();
});

describe.runIf(has("seaweed"))("whippet train --remote", () => {
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startCloud("test/remote/stub-task.ts");
    await publishFake(cloud.models, { logits: [1, 2] });
    await drawFolder(join(home, "photos"), 2, 4);
    await drawFolder(join(home, "few"), 2, 3);
    for (const i of [1, 2]) await rm(join(home, "few", "stripes", `stripes-${i}.jpg`));
  });
  afterAll(() => cloud.stop());

  it.each<[string, string[], Record<string, string>, RegExp]>([
    [
      "nothing deployed",
      ["train", "photos", "--remote"],
      {
        WHIPPET_JOB_QUEUE: "",
        WHIPPET_JOB_DEFINITION: "",
        WHIPPET_JOB_LOGS: "",
        WHIPPET_CPU_CLUSTER: "",
        WHIPPET_CPU_TASK: "",
        WHIPPET_CPU_SUBNETS: "",
        WHIPPET_CPU_SECURITY_GROUPS: "",
      },
      /no training is deployed: .*npx sst deploy/,
    ],
    [
      "half a setting",
      ["trainings"],
      { WHIPPET_JOB_LOGS: "" },
      /WHIPPET_JOB_QUEUE is set, but WHIPPET_JOB_LOGS is not/,
    ],
    [
      "a store on this disk",
      ["train", "photos", "--remote", "--store", "file:x"],
      {},
      /WHIPPET_STORE is file:x, which no other machine reaches/,
    ],
    [
      "no photo bucket",
      ["train", "photos", "--remote"],
      { WHIPPET_PHOTOS: "" },
      /WHIPPET_PHOTOS is not set; npx sst deploy/,
    ],
    [
      "photos that trainings may not read",
      ["train", "s3://my-photos/dogs", "--remote"],
      { WHIPPET_TRAINING_READS: "s3://photos/photos/,s3://my-photos/cats/" },
      /trainings may not read s3:\/\/my-photos\/dogs\/; name its prefix in training\.readsFrom of sst\.config\.ts/,
    ],
    ["a bucket that is not there", ["train", "photos", "--remote"], { WHIPPET_PHOTOS: "s3://nowhere" }, /nowhere/],
    ["no token", ["trainings", "--via", "http://127.0.0.1:9"], {}, /needs that server's token; set WHIPPET_TOKEN/],
    ["a short token", ["serve"], { WHIPPET_TOKEN: "short" }, /WHIPPET_TOKEN has 5 bytes; it needs 16 or more/],
    ["a class that is too small", ["train", "few", "--remote"], {}, /class "stripes" has 1 usable photo/],
  ])("names the fix for %s", async (_, args, env, message) => {
    const { code, stderr } = await runCommand(args, { cwd: home, env: { ...cloud.environment, ...env } });
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });
});
