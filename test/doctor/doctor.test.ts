import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer } from "../../functions/node.ts";
import { runCommand } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { createFakeEngine } from "../functions/fake-engine.ts";
import { type Cloud, startCloud } from "../remote/cloud.ts";
import { has } from "../require.ts";
import { createMemoryStore } from "../store/memory.ts";
import { FakeError } from "../tools/aws/server.ts";
import { expectOnly, runDoctor } from "./findings.ts";

const { home, remove } = await temporaryFolder("doctor");
afterAll(remove);

const doctor = (args: readonly string[], env: Record<string, string> = {}) => runDoctor(home, args, env);

describe("whippet doctor", () => {
  it("finds this machine in order, and says what a GPU would take", async () => {
    const { code, findings } = await doctor([]);
    expect(code).toBe(0);
    for (const name of ["node", "native", "web", "decoders", "store"])
      expect(findings[name], name).toMatchObject({ state: "ok" });
    expect(findings.gpu).toMatchObject({
      state: "off",
      said: expect.stringContaining("@tensorflow/tfjs-node-gpu is not installed; it takes NVIDIA's driver"),
      fix: expect.stringMatching(
        /^npm install --no-save --save-prod @tensorflow\/tfjs-node-gpu@[\d.]+\nnpx whippet train <photos> --remote/,
      ),
    });
    expect(findings.blocks).toMatchObject({
      ...{ state: "off", said: expect.stringContaining("@tensorflow/tfjs-node is not installed") },
      fix: "npm install --no-save --save-prod @tensorflow/tfjs-node@4.22.0",
    });
  });

  it("ends with 1 when the store cannot be used, and says why", async () => {
    const { code, findings } = await doctor(["--store", "ftp://nowhere"]);
    expect(code).toBe(1);
    expect(findings.store).toMatchObject({ state: "broken", said: expect.stringContaining("ftp://nowhere") });
  });

  it("prints within 80 columns but for commands to paste", async () => {
    const { stdout } = await runCommand(["doctor"], { cwd: home });
    for (const line of stdout.split("\n").filter((text) => !/^ +np[mx] /.test(text)))
      expect(line.length, line).toBeLessThanOrEqual(80);
  });
});

describe.runIf(has("seaweed"))("whippet doctor --cloud", () => {
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startCloud("test/remote/stub-task.ts");
  });
  afterAll(() => cloud.stop());

  const only = (broken: string, fix: RegExp) => expectOnly(home, cloud.environment, broken, fix);

  it("finds login, buckets, queue and quotas of a deployed Whippet in order", async () => {
    const { code, findings } = await doctor(["--cloud"], cloud.environment);
    expect(code).toBe(0);
    expect(findings.aws).toMatchObject({ said: "account 123456789012, as arn:aws:iam::123456789012:user/owner" });
    for (const name of ["aws", "models", "photos", "queue", "small sets", "trainings", "gpu, spot", "gpu, on demand"])
      expect(findings[name], name).toMatchObject({ state: "ok" });
    expect(findings["small sets"]?.said).toBe("whippet-cpu:3 on Fargate, 4 vCPUs and 16 GB");
    // nothing is left of its trying
    for (const store of [cloud.photos, cloud.models]) expect(await store.list("")).toEqual([]);
  });

  it("asks the deployed URL whether it answers", async () => {
    const parts = { store: createMemoryStore(), engine: createFakeEngine(), host: "127.0.0.1", port: 0, log: () => {} };
    const server = await startServer(parts);
    const here = { ...cloud.environment, WHIPPET_URL: server.url };
    expect((await doctor(["--cloud"], here)).findings.deployed).toEqual({
      name: "deployed",
      state: "ok",
      said: `answers at ${server.url}`,
    });
    await server.close();
    const { code, findings } = await doctor(["--cloud"], here);
    expect(code).toBe(1);
    expect(findings.deployed).toMatchObject({
      state: "broken",
      said: expect.stringMatching(/\/healthz does not answer \(connect ECONNREFUSED/),
      fix: "npx sst deploy --stage production",
    });
  });

  it("names the command that raises a quota", async () => {
    cloud.aws.quotas.values["L-3819A6DF"] = 0;
    await only(
      "gpu, spot",
      /^aws service-quotas request-service-quota-increase .* --quota-code L-3819A6DF --desired-value 4 --region eu-central-1$/,
    );
    cloud.aws.quotas.values["L-3819A6DF"] = 8;
  });

  it("names the command that switches a queue on", async () => {
    cloud.aws.batch.queue.state = "DISABLED";
    await only("queue", /^aws batch update-job-queue --job-queue arn:\S+ --state ENABLED$/);
    cloud.aws.batch.queue.state = "ENABLED";
  });

  it("names the permission that is missing, and the command that grants it to this user", async () => {
    let refused = true;
    const denied = new FakeError("AccessDeniedException", "User is not authorized", 403);
    cloud.aws.refuse("DescribeJobQueues", denied, () => refused);
    await only("queue", /^aws iam put-user-policy --user-name owner .*"Action":"batch:DescribeJobQueues"/);
    refused = false;
  });

  it("asks for a login where there is none, and for nothing that it would need", async () => {
    const { code, findings } = await doctor(["--cloud"], {
      ...cloud.environment,
      AWS_ACCESS_KEY_ID: "AKIDSTRANGER",
    });
    expect(code).toBe(1);
    expect(findings.aws).toMatchObject({
      state: "broken",
      said: expect.stringContaining("aws sts get-caller-identity"),
    });
    expect(Object.keys(findings)).toEqual(["aws", "docker", "cloudflare"]);
  });

  it("says how to get a token of Cloudflare's", async () => {
    const { findings } = await doctor(["--cloud"], { ...cloud.environment, CLOUDFLARE_API_TOKEN: "" });
    expect(findings.cloudflare).toMatchObject({
      state: "off",
      fix: expect.stringContaining("export CLOUDFLARE_API_TOKEN="),
    });
  });

  it("knows of no deploy where nothing was deployed", async () => {
    const { WHIPPET_STORE, WHIPPET_PHOTOS, WHIPPET_JOB_QUEUE, WHIPPET_JOB_DEFINITION, WHIPPET_JOB_LOGS, ...bare } =
      cloud.environment;
    const { code, findings } = await doctor(["--cloud"], bare);
    expect(code).toBe(0);
    for (const name of ["deployed", "models", "photos", "queue"])
      expect(findings[name], name).toMatchObject({ state: "off", fix: "npx sst deploy --stage production" });
  });
});
