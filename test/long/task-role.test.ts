/** The training task with no more than the deploy lets its role do: the same permissions that test/long/infra finds in the graph. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { below } from "../../shared/jobs/request.ts";
import type { Store } from "../../shared/store/store.ts";
import { drawFolder } from "../drawing.ts";
import { endCommands } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { inputSize } from "../e2e/small-backbone.ts";
import * as permissions from "../infra/permissions.ts";
import { has } from "../require.ts";
import { lastOf, runTask, uploadPhotos } from "../task/task.ts";
import { type Seaweed, startSeaweed } from "../tools/seaweed.ts";
import { seaweedActions } from "../tools/seaweed-role.ts";
import { seaweedStore } from "../tools/seaweed-store.ts";

/** Of a deploy that names no other bucket, and of one that does. */
const roles = { plain: permissions.training, reading: permissions.trainingOfOtherBuckets };
type Role = keyof typeof roles;

const credentials = (role: Role) => ({ accessKeyId: role, secretAccessKey: `the-secret-of-${role}` });

const copyFolder = async (folder: string, store: Store, prefix: string): Promise<void> => {
  for (const label of await readdir(folder))
    for (const name of await readdir(join(folder, label)))
      await store.put(`${prefix}/${label}/${name}`, new Uint8Array(await readFile(join(folder, label, name))));
};

describe.runIf(has("seaweed"))("a training's role", async () => {
  const { home, remove } = await temporaryFolder("task-role");
  let seaweed: Seaweed;
  let uploaded: string;

  beforeAll(async () => {
    const guests = (["plain", "reading"] as const).map((role) => ({
      ...credentials(role),
      actions: seaweedActions(roles[role]),
    }));
    seaweed = await startSeaweed({ guests });
    for (const name of ["photosbucket", "modelsbucket", "my-photos"]) await seaweed.createBucket(name);
    await drawFolder(join(home, "photos"), 2, 6);
    uploaded = await uploadPhotos(await seaweedStore(seaweed, "s3://photosbucket"), join(home, "photos"));
    const others = await seaweedStore(seaweed, "s3://my-photos");
    for (const prefix of ["dogs", "cats"]) await copyFolder(join(home, "photos"), others, prefix);
  });
  afterAll(async () => {
    endCommands();
    await seaweed?.stop();
    await remove();
  });

  const train = (role: Role, name: string, photos: string) => {
    const { accessKeyId, secretAccessKey } = credentials(role);
    const login = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    const work = `s3://photosbucket/trainings/${name}`;
    return runTask(
      { home, environment: { ...seaweed.environment, ...login } },
      { schema: 1, id: name, name, photos, store: "s3://modelsbucket", work, options: { inputSize } },
    );
  };

  it("is enough for a training of uploaded photos, from the first byte to the pointer", async () => {
    const ended = await train("plain", "uploaded", below("s3://photosbucket", uploaded));
    expect(lastOf(ended, "done").promoted).toBe(true);
  });

  it("reads another bucket only below the prefixes that the deploy names, and says what is missing", async () => {
    const refused = await train("plain", "dogs", "s3://my-photos/dogs/");
    expect(refused.code).toBe(1);
    expect(lastOf(refused, "failed").error).toMatch(/s3:\/\/my-photos\/dogs\/.*ListBucket/);
    lastOf(await train("reading", "dogs", "s3://my-photos/dogs/"), "done");
    expect((await train("reading", "cats", "s3://my-photos/cats/")).code).toBe(1);
  });
});
