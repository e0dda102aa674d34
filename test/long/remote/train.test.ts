import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { datasetListingSchema } from "../../../shared/dataset-listing.ts";
import { feedbackKey } from "../../../shared/feedback.ts";
import { sha256 } from "../../../shared/hash.ts";
import { draw, drawFolder } from "../../drawing.ts";
import { endCommands, runCommand, serve, startCommand } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/folders.ts";
import { publishFake } from "../../functions/publishing.ts";
import { type Cloud, startCloud } from "../../remote/cloud.ts";
import { has } from "../../require.ts";

const PHOTOS = 40;

describe.runIf(has("seaweed"))("whippet train --remote", () => {
  let cloud: Cloud;
  let home: string;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    ({ home, remove } = await temporaryFolder("remote"));
    await drawFolder(join(home, "photos"), 2, PHOTOS / 2);
    await writeFile(join(home, "photos", "circles", "notes.txt"), "no photo");
    cloud = await startCloud("test/remote/stub-task.ts");
    // a server on a bucket without any would build the built-in model first
    await publishFake(cloud.models, { logits: [1, 2] });
  });
  afterAll(async () => {
    endCommands();
    await cloud.stop();
    await remove();
  });

  const options = (env: Record<string, string> = {}) => ({ cwd: home, env: { ...cloud.environment, ...env } });
  const whippet = (...args: string[]) => runCommand(args, options());
  /** The id of the training that a command said it submitted. */
  const idIn = (stderr: string): string => /training (\d{8}-\d{6}-[0-9a-f]{8}) /.exec(stderr)![1]!;

  it("uploads each photo under its hash, submits, follows, and tells what it came to", async () => {
    const { code, stdout, stderr } = await whippet("train", "photos", "--remote", "--json");
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/photos +40 photos read, 1 files skipped/);
    expect(stderr).toMatch(/skipped photos\/circles\/notes.txt: these 8 bytes are not an image/);
    expect(stderr).toMatch(/upload +40 photos uploaded/);
    const lines = stderr.split("\n");
    const at = (line: RegExp) => lines.findIndex((text) => line.test(text));
    expect(at(/^submitted +training .* on the gpu$/)).toBeGreaterThan(0);
    expect(at(/^starting +waiting for a machine$/)).toBeGreaterThan(at(/^submitted/));
    expect(at(/^running$/)).toBeGreaterThan(at(/^starting +loading the image$/));
    expect(at(/^features +20 photos in 2 classes/)).toBeGreaterThan(at(/^running$/));
    expect(JSON.parse(stdout)).toMatchObject({
      training: idIn(stderr),
      model: "photos",
      version: "20261123T120000Z-1a2b3c4d5e6f",
      promoted: true,
      metrics: { served: { top1: 0.75 } },
      skipped: [{ path: "photos/circles/notes.txt" }],
      url: null,
    });

    const photos = await cloud.photos.list("photos/");
    expect(photos).toHaveLength(PHOTOS);
    const [listing, ...others] = await cloud.photos.list("datasets/");
    expect(others).toEqual([]);
    const listed = datasetListingSchema.parse(
      JSON.parse(new TextDecoder().decode((await cloud.photos.get(listing!.key))!.bytes)),
    );
    expect(listed.photos.map(({ sha256 }) => `photos/${sha256}`).sort()).toEqual(photos.map(({ key }) => key));
    expect(listed.photos[0]).toMatchObject({ path: "circles/circles-0.jpg", label: "circles" });
  });

  it("uploads nothing a second time, and prints for people", async () => {
    const { code, stdout, stderr } = await whippet("train", "photos", "--remote", "--device", "cpu", "--no-promote");
    expect(code, stderr).toBe(0);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/upload +0 photos uploaded, 40 were there/);
    expect(stderr).toMatch(/submitted +training .* on the cpu$/m);
    expect(stderr).toMatch(/on 4 photos +accuracy/);
    expect(stderr).toContain("Published, not promoted: photos 20261123T120000Z-1a2b3c4d5e6f: 2 classes in 12 s.");
    expect(stderr).toContain("npx whippet promote photos 20261123T120000Z-1a2b3c4d5e6f --store s3://models");
  });

  it("takes photos that are in a bucket already as they are, and prints the deployed URL", async () => {
    await mkdir(join(home, "deployed", ".sst"), { recursive: true });
    const { WHIPPET_STORE, WHIPPET_JOB_QUEUE, ...rest } = cloud.environment;
    const outputs = { classify: "https://api.example.com/classify", WHIPPET_STORE, WHIPPET_JOB_QUEUE, training: null };
    await writeFile(join(home, "deployed", ".sst", "outputs.json"), JSON.stringify(outputs));
    const { code, stderr } = await runCommand(["train", "s3://photos/dogs", "--remote"], {
      cwd: join(home, "deployed"),
      env: rest,
    });
    expect(code, stderr).toBe(0);
    expect(stderr).not.toContain("upload");
    expect(stderr).toContain('curl -F photo=@photo.jpg "https://api.example.com/classify?model=dogs"');
  });

  it("adds up the shards' progress and trains after them", async () => {
    const { code, stdout, stderr } = await whippet("train", "photos", "--remote", "--shards", "3", "--json");
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/in 3 shards$/m);
    expect(stderr).toMatch(/^features +30 photos in 3 shards/m);
    expect(JSON.parse(stdout)).toMatchObject({ model: "photos" });
  });

  it("goes on with an upload that was killed, where it was killed", async () => {
    await drawFolder(join(home, "killed"), 2, 100, 7);
    const before = (await cloud.photos.list("photos/")).length;
    const uploading = startCommand(["train", "killed", "--remote"], options());
    const there = async () => (await cloud.photos.list("photos/")).length - before;
    while ((await there()) < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    uploading.kill("SIGKILL");
    await uploading.ended;
    const brought = await there();
    expect(brought).toBeLessThan(200);
    expect(await cloud.photos.list("datasets/")).toHaveLength(1);
    const { code, stderr } = await whippet("train", "killed", "--remote");
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`${200 - brought} photos uploaded, ${brought} were there`);
    expect(await there()).toBe(200);
  });

  it("stops an upload at Ctrl-C, and submits nothing", async () => {
    await drawFolder(join(home, "stopped"), 2, 100, 8);
    const before = (await cloud.photos.list("photos/")).length;
    const submitted = cloud.aws.asked.filter((operation) => operation === "SubmitJob").length;
    const uploading = startCommand(["train", "stopped", "--remote"], options());
    while ((await cloud.photos.list("photos/")).length - before < 5)
      await new Promise((resolve) => setTimeout(resolve, 5));
    uploading.kill("SIGINT");
    const { code, stderr } = await uploading.ended;
    expect(code).toBe(130);
    expect(stderr).toContain("Stopped; nothing was submitted. The same command uploads only what the bucket lacks.");
    expect(cloud.aws.asked.filter((operation) => operation === "SubmitJob")).toHaveLength(submitted);
    await rm(join(home, "stopped"), { recursive: true });
  });

  it("detaches at Ctrl-C and goes on without us; the training is found, followed and cancelled again", async () => {
    const following = startCommand(["train", "photos", "--remote", "--name", "slow"], options());
    await following.said("running");
    following.kill("SIGINT");
    const { code, stderr } = await following.ended;
    expect(code).toBe(130);
    const id = idIn(stderr);
    expect(stderr).toContain(`Detached; training ${id} goes on without you.`);
    expect(stderr).toContain(`npx whippet trainings follow ${id}`);

    const list = (await whippet("trainings", "--json")).stdout.trim().split("\n");
    expect(JSON.parse(list[0]!)).toMatchObject({ id, model: "slow", state: "running" });
    expect((await whippet("trainings")).stdout).toMatch(new RegExp(`^${id} +slow +gpu +running`, "m"));
    const shown = JSON.parse((await whippet("trainings", "show", id, "--json")).stdout) as { log: string[] };
    expect(shown.log.join("\n")).toContain('"event":"progress"');

    const again = startCommand(["trainings", "follow", id], options());
    await again.said("running");
    expect((await whippet("trainings", "cancel", id)).code).toBe(0);
    const ended = await again.ended;
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(`training ${id} was cancelled: by the owner, on the command line`);
  });

  it.each([
    ["refused", 3, /failed: the gate refused every form \(exit code 3\)/],
    [
      "broken",
      1,
      /Error: something that nobody foresaw\n[\s\S]*failed: Essential container in task exited \(exit code 1\)/,
    ],
  ])("ends as the training does: %s with %i", async (name, expected, message) => {
    const { code, stdout, stderr } = await whippet("train", "photos", "--remote", "--name", name);
    expect([code, stdout]).toEqual([expected, ""]);
    expect(stderr).toMatch(message);
  });

  it("learns also what people put right, which is in the photo bucket", async () => {
    const photo = new Uint8Array(await draw("circles", 99).jpeg().toBuffer());
    const hash = await sha256(photo);
    await cloud.photos.put(feedbackKey("shapes", "circles", `${hash}.jpg`), photo);
    const before = new Set((await cloud.photos.list("datasets/")).map(({ key }) => key));
    const { code, stderr } = await whippet("train", "photos", "--remote", "--feedback", "shapes");
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("1 photos that people put right about shapes are among them.");
    const [added] = (await cloud.photos.list("datasets/")).filter(({ key }) => !before.has(key));
    const listed = datasetListingSchema.parse(
      JSON.parse(new TextDecoder().decode((await cloud.photos.get(added!.key))!.bytes)),
    );
    expect(listed.photos).toHaveLength(PHOTOS + 1);
    expect(listed.photos).toContainEqual(expect.objectContaining({ label: "circles", sha256: hash }));
  });

  it("goes through another Whippet's owner routes, without AWS credentials", async () => {
    const token = "a-token-of-sixteen-bytes";
    const server = await serve(["--store", "s3://models"], options({ WHIPPET_TOKEN: token }));
    const owner = { cwd: home, env: { WHIPPET_TOKEN: token } };
    const { code, stdout, stderr } = await runCommand(
      ["train", "s3://photos/dogs/", "--remote", "--via", server.url, "--json"],
      owner,
    );
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ model: "dogs", url: server.url });
    const list = await runCommand(["trainings", "--via", server.url, "--json"], owner);
    expect(JSON.parse(list.stdout.split("\n")[0]!)).toMatchObject({ id: idIn(stderr), state: "succeeded" });
    const stranger = { cwd: home, env: { WHIPPET_TOKEN: "another-token-of-enough-bytes" } };
    const refused = await runCommand(["trainings", "--via", server.url], stranger);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/answered 401: this is the owner's/)]);
    server.kill("SIGTERM");
    await server.ended;
  });
});
