/** The command with models in a bucket: published here, pushed there, listed, promoted; and what it says when it cannot. */
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { publish } from "../../shared/registry.ts";
import { createFileStore } from "../../shared/store/file.ts";
import type { Store } from "../../shared/store/store.ts";
import { draw } from "../drawing.ts";
import { modelOf, steppingClock } from "../registry/model.ts";
import { readWhole } from "../registry/reader.ts";
import { has } from "../require.ts";
import { type Seaweed, startSeaweed } from "../tools/seaweed.ts";
import { seaweedStore } from "../tools/seaweed-store.ts";
import { endCommands, runCommand, runForData, serve } from "./command.ts";
import { temporaryFolder } from "./folders.ts";

const { home, remove } = await temporaryFolder("bucket");

describe.runIf(has("seaweed"))("whippet with a bucket", () => {
  let seaweed: Seaweed;
  let bucket: Store;
  let older: string;
  let newer: string;
  /** Nothing of this machine's own settings. */
  const nobody = {
    HOME: home,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_REGION: "",
    AWS_PROFILE: "",
    AWS_ACCESS_KEY_ID: "",
  };
  const here = () => ({ cwd: home, env: { ...nobody, ...seaweed.environment } });
  beforeAll(async () => {
    seaweed = await startSeaweed();
    await seaweed.createBucket("models");
    bucket = await seaweedStore(seaweed, "s3://models");
    const local = createFileStore(join(home, ".whippet/store"));
    const clock = steppingClock();
    older = (await publish(local, { ...(await modelOf("older")), clock })).version;
    newer = (await publish(local, { ...(await modelOf("newer")), clock })).version;
  });
  afterAll(async () => {
    endCommands();
    await seaweed?.stop();
    await remove();
  });

  it("pushes the version that answers, and lets it answer there; again, it writes nothing", async () => {
    const pushed = await runForData(["push", "dogs", "--to", "s3://models"], here());
    const expected = { model: "dogs", version: newer, to: "s3://models", promoted: true };
    expect(pushed).toMatchObject({ ...expected, files: 5, present: 0 });
    expect(await readWhole(bucket)).toBe(newer);
    expect(await runForData(["push", "dogs", "--to", "s3://models"], here())).toMatchObject({ files: 0, present: 5 });
    const models = await runForData<{ name: string }>(["models", "--store", "s3://models"], here());
    expect(models).toMatchObject({ name: "dogs", version: newer });
  });

  it("pushes another version without letting it answer, and says how to", async () => {
    const args = ["push", "dogs", "--to", "s3://models", "--version", older, "--no-promote"];
    const { code, stderr } = await runCommand(args, here());
    expect(code).toBe(0);
    expect(stderr).toContain(`npx whippet promote dogs ${older} --store "s3://models"`);
    expect(await readWhole(bucket)).toBe(newer);
    await runForData(["promote", "dogs", older, "--store", "s3://models"], here());
    expect(await readWhole(bucket)).toBe(older);
    await runForData(["rollback", "dogs", "--store", "s3://models"], here());
    expect(await readWhole(bucket)).toBe(newer);
  });

  it("pulls as well: from the bucket into a folder", async () => {
    await runForData(["push", "dogs", "--store", "s3://models", "--to", "file:copy"], here());
    expect(await readWhole(createFileStore(join(home, "copy")))).toBe(newer);
  });

  it("serves from it, and at SIGTERM finishes what it began: the request that is coming, and the keys' counts", async () => {
    await seaweed.createBucket("serving");
    const store = ["--store", "s3://serving"];
    const { key } = await runForData<{ key: string }>(["keys", "add", "phone", "--quota", "5", ...store], here());
    const { cwd, env } = here();
    const server = await serve(store, { cwd, env: { ...env, WHIPPET_ACCESS: "key" } });
    const photo = await draw("stars", 2).jpeg().toBuffer();
    const sending = request(`${server.url}/classify`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-length": photo.length, expect: "100-continue" },
    });
    const answered = once(sending, "response") as Promise<[IncomingMessage]>;
    await once(sending, "continue");
    sending.write(photo.subarray(0, 100));
    server.kill("SIGTERM");
    await server.said("Finishing what is in flight");
    sending.end(photo.subarray(100));
    const [response] = await answered;
    expect(response.resume().statusCode).toBe(200);
    expect((await server.ended).code).toBe(0);
    const counting = await seaweedStore(seaweed, "s3://serving");
    const [counted] = await counting.list("usage/");
    const { bytes } = (await counting.get(counted!.key))!;
    expect(JSON.parse(new TextDecoder().decode(bytes))).toMatchObject({ requests: 1 });
  }, 120_000);

  it.each([
    [
      "the secret is wrong",
      { AWS_SECRET_ACCESS_KEY: "wrong" },
      "s3://models",
      "the credentials are wrong: correct AWS_ACCESS_KEY_ID",
    ],
    ["there is no such bucket", {}, "s3://no-such-bucket", "there is no bucket no-such-bucket at http://127.0.0.1"],
    [
      "there are no credentials",
      { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
      "s3://models",
      "no credentials: set AWS_ACCESS_KEY_ID",
    ],
    [
      "there is no region",
      { AWS_REGION: "" },
      "s3://models",
      "no region: add ?region=REGION to the URL, or set AWS_REGION",
    ],
    [
      "nobody is at the endpoint",
      { AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9" },
      "s3://models",
      "http://127.0.0.1:9 cannot be reached",
    ],
    ["the URL is wrong", {}, "s3://Models", '"s3://Models" is no store: "Models" is not a bucket\'s name'],
  ])("ends with 1 and one line when %s", async (_, env, url, expected) => {
    const { environment } = seaweed;
    const { code, stdout, stderr } = await runCommand(["models", "--store", url], {
      cwd: home,
      env: { ...nobody, ...environment, ...env },
    });
    expect(stderr).toContain(expected);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toContain(url);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  });

  it("ends with 2 when a model is pushed to where it is", async () => {
    const { code, stderr } = await runCommand(["push", "dogs", "--to", "file:.whippet/store"], here());
    expect(code).toBe(2);
    expect(stderr).toContain("--to file:.whippet/store is the store that dogs is copied from");
  });

  it("keeps --version for the command's own version as well", async () => {
    expect((await runCommand(["--version"], here())).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
