/**
 * From a folder to an answering URL, with the training on another machine: the photos travel to a real S3 server, the job
 * starts the real task as a process, its log is followed, and a server on the bucket answers with the model.
 */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { draw, drawFolder } from "../drawing.ts";
import { endCommands, runForData, serve, startCommand } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { smallPhotos } from "../e2e/small-backbone.ts";
import { type Cloud, startCloud, withoutGpu } from "../remote/cloud.ts";
import { has } from "../require.ts";

interface Trained {
  training: string;
  model: string;
  version: string;
  photos: number;
  metrics: { served: { top1: number } };
  files: { path: string; sha256: string }[];
}

describe.runIf(has("seaweed"))("a training elsewhere", () => {
  let cloud: Cloud;
  let home: string;
  let remove: () => Promise<void>;
  let whole: Trained;

  beforeAll(async () => {
    ({ home, remove } = await temporaryFolder("remote"));
    await drawFolder(join(home, "shapes"), 3, 20);
    cloud = await startCloud("training/task/main.ts", withoutGpu);
  });
  afterAll(async () => {
    endCommands();
    await cloud.stop();
    await remove();
  });
  const training = ["train", "shapes", ...smallPhotos];
  const options = () => ({ cwd: home, env: cloud.environment });
  const hashes = ({ files }: Trained) => files.map(({ path, sha256 }) => `${path} ${sha256}`);

  it("gives a model that answers from the bucket, as one that was trained here", async () => {
    whole = await runForData<Trained>([...training, "--remote", "--device", "cpu"], options());
    expect(whole).toMatchObject({ model: "shapes", photos: 60 });
    const server = await serve(["--store", "s3://models"], options());
    const star = await draw("triangles", 99).jpeg().toBuffer();
    const answer = await fetch(`${server.url}/classify`, { method: "POST", body: new Uint8Array(star) });
    expect(await answer.json()).toMatchObject({ model: "shapes", version: whole.version });
    server.kill("SIGTERM");
    await server.ended;
    const here = await runForData<Trained>([...training, "--store", "file:here"], options());
    expect(hashes(here)).toEqual(hashes(whole));
  });

  it("gives the same files in three shards", async () => {
    const sharded = await runForData<Trained>(
      [...training, "--remote", "--device", "gpu", "--shards", "3", "--name", "sharded"],
      options(),
    );
    expect(hashes(sharded)).toEqual(hashes(whole));
  });

  it("gives the same files although its machine is taken away while it works", async () => {
    const following = startCommand([...training, "--remote", "--name", "reclaimed", "--json"], options());
    const [, id] = /training (\S+) on the gpu/.exec(await following.said("running"))!;
    await cloud.aws.batch.reclaim(`whippet-${id}`);
    const { code, stdout, stderr } = await following.ended;
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("attempt 2");
    expect(hashes(JSON.parse(stdout) as Trained)).toEqual(hashes(whole));
  });
});
