/** Photos in one bucket, models in another: trained, scored and asked as if both were folders of this machine. */
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endCommands, runCommand, runForData, serve } from "../../e2e/command.ts";
import { fillWithPhotos, temporaryFolder } from "../../e2e/folders.ts";
import { smallPhotos } from "../../e2e/small-backbone.ts";
import type { Evaluated, Trained } from "../../e2e/training.ts";
import { has } from "../../require.ts";
import { type Seaweed, startSeaweed } from "../../tools/seaweed.ts";
import { seaweedClient } from "../../tools/seaweed-store.ts";

const { home, remove } = await temporaryFolder("bucket-training");

describe.runIf(has("seaweed"))("whippet with photos and models in buckets", () => {
  let seaweed: Seaweed;
  let here: { cwd: string; env: Record<string, string> };
  let trained: Trained;
  let photo: string;
  beforeAll(async () => {
    await fillWithPhotos(join(home, "photos"), 10);
    seaweed = await startSeaweed();
    for (const bucket of ["photos", "models"]) await seaweed.createBucket(bucket);
    const client = await seaweedClient(seaweed);
    for (const entry of await readdir(join(home, "photos"), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      photo = join(entry.parentPath, entry.name);
      const Key = `pets/${photo.slice(join(home, "photos").length + 1)}`;
      await client.send(new PutObjectCommand({ Bucket: "photos", Key, Body: await readFile(photo) }));
    }
    here = { cwd: home, env: { ...seaweed.environment, WHIPPET_STORE: "s3://models/team" } };
    trained = await runForData<Trained>(["train", "s3://photos/pets/", ...smallPhotos], here);
  });
  afterAll(async () => {
    endCommands();
    await seaweed?.stop();
    await remove();
  });

  it("makes the same model, byte for byte, as the same photos in a folder, where nothing is known of them yet", async () => {
    expect(trained).toMatchObject({ model: "pets", promoted: true, photos: 30, classes: 3 });
    await mkdir(join(home, "elsewhere"));
    const options = { cwd: join(home, "elsewhere") };
    const local = await runForData<Trained>(["train", "../photos", "--name", "pets", ...smallPhotos], options);
    const hashes = ({ files }: Trained) => files.map(({ path, sha256 }) => ({ path, sha256 }));
    expect(hashes(trained).length).toBeGreaterThan(0);
    expect(hashes(trained)).toEqual(hashes(local));
    const contentOf = ({ version }: Trained): string => version.split("-")[1]!;
    expect(contentOf(local)).toBe(contentOf(trained));
    expect(local.serve).toEqual(trained.serve);
  });

  it("makes no second version of what is there", async () => {
    const again = await runForData<Trained>(["train", "s3://photos/pets/", ...smallPhotos], here);
    expect(again).toMatchObject({ version: trained.version, existed: true, promoted: true });
  });

  it("scores it on photos in the bucket, fetched before", async () => {
    const { code, stdout, stderr } = await runCommand(["evaluate", "s3://photos/pets/", "--json"], here);
    expect(code).toBe(0);
    expect(stderr).toContain("30 photos, 30 of them here already");
    const evaluated = JSON.parse(stdout) as Evaluated;
    expect(evaluated).toMatchObject({ version: trained.version, photos: 30 });
    expect(evaluated.top1).toBeGreaterThan(0.8);
  });

  it("answers from the terminal and from a server", async () => {
    const answer = await runForData(["classify", photo], here);
    expect(answer).toMatchObject({ model: "pets", version: trained.version });
    const server = await serve([], here);
    const response = await fetch(new URL("/classify", server.url), { method: "POST", body: await readFile(photo) });
    expect(await response.json()).toMatchObject({ model: "pets", version: trained.version });
    server.kill("SIGTERM");
    await server.ended;
  });

  it("says that a prefix holds no photos", async () => {
    const { code, stderr } = await runCommand(["train", "s3://photos/nothing/"], here);
    expect(code).toBe(1);
    expect(stderr.trim()).toBe(
      "whippet: s3://photos/nothing/ holds no photos; put a folder per class there, or correct the URL",
    );
  });
});
