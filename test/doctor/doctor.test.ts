import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer } from "../../functions/node.ts";
import { runCommand } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { createFakeEngine } from "../functions/fake-engine.ts";
import { type Cloud, startCloud } from "../remote/cloud.ts";
import { has } from "../require.ts";
import { createMemoryStore } from "../store/memory.ts";
import { QUEUE } from "../tools/aws/batch.ts";
import { TASK } from "../tools/aws/ecs.ts";
import { FakeError } from "../tools/aws/server.ts";

const { home, remove } = await temporaryFolder("doctor");
afterAll(remove);

interface Finding {
  name: string;
  state: "ok" | "off" | "broken";
  said: string;
  fix?: string;
}

const doctor = async (args: readonly string[], env: Record<string, string> = {}) => {
  const { code, stdout } = await runCommand(["doctor", ...args, "--json"], { cwd: home, env });
  const findings = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Finding);
  return { code, findings: Object.fromEntries(findings.map((finding) => [finding.name, finding])) };
};

describe("whippet doctor", () => {
  it("finds this machine in order, and says what a GPU would take", async () => {
    const { code, findings } = await doctor([]);
    expect(code).toBe(0);
    for (const name of ["node", "native", "web", "decoders", "store"])
      expect(findings[name], name).toMatchObject({ state: "ok" });
    expect(findings.gpu).toMatchObject({ state: "off", fix: expect.stringContaining("--remote") });
  });

  it("ends with 1 when the store cannot be used, and says why", async () => {
    const { code, findings } = await doctor(["--store", "ftp://nowhere"]);
    expect(code).toBe(1);
    expect(findings.store).toMatchObject({ state: "broken", said: expect.stringContaining("ftp://nowhere") });
  });

  it("prints within 80 columns but for commands to paste", async () => {
    const { stdout } = await runCommand(["doctor"], { cwd: home });
    for (const line of stdout.split("\n").filter((text) => text.startsWith("ok")))
      expect(line.length, line).toBeLessThanOrEqual(80);
  });
});

describe.runIf(has("seaweed"))("whippet doctor --cloud", () => {
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startCloud("test/remote/stub-task.ts");
  });
  afterAll(() => cloud.stop());

  /** Every other one is granted and there. */
  const only = async (broken: string, fix: RegExp) => {
    const { code, findings } = await doctor(["--cloud"], cloud.environment);
    const wrong = Object.values(findings).filter(({ state }) => state === "broken");
    expect(wrong).toMatchObject([{ name: broken, fix: expect.stringMatching(fix) }]);
    expect(code).toBe(1);
  };

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

  it("asks IAM for each thing that a training takes, with its resource and its conditions", async () => {
    cloud.aws.identity.simulated.length = 0;
    await doctor(["--cloud"], cloud.environment);
    const arn = (service: string, resource: string) => `arn:aws:${service}:eu-central-1:123456789012:${resource}`;
    const asked = cloud.aws.identity.simulated.map((line) => line.replace("arn:aws:iam::123456789012:user/owner ", ""));
    const onTheCluster = `ecs:cluster ${arn("ecs", "cluster/whippet")}`;
    expect(asked).toEqual([
      `batch:SubmitJob ${QUEUE}`,
      `batch:SubmitJob ${arn("batch", "job-definition/whippet")}`,
      "batch:ListJobs *",
      "batch:DescribeJobs *",
      `batch:TerminateJob ${arn("batch", "job/*")}`,
      `logs:GetLogEvents ${arn("logs", "log-group:/whippet:log-stream:*")}`,
      `ecs:RunTask ${TASK} ${onTheCluster}`,
      `ecs:ListTasks * ${onTheCluster}`,
      `ecs:DescribeTasks ${arn("ecs", "task/whippet/*")} ${onTheCluster}`,
      `ecs:StopTask ${arn("ecs", "task/whippet/*")} ${onTheCluster}`,
      "iam:PassRole arn:aws:iam::123456789012:role/whippet-train iam:PassedToService ecs-tasks.amazonaws.com",
      "iam:PassRole arn:aws:iam::123456789012:role/whippet-start iam:PassedToService ecs-tasks.amazonaws.com",
      `logs:GetLogEvents ${arn("logs", "log-group:/sst/cluster/whippet:log-stream:*")}`,
    ]);
  });

  it("names what is missing to start a training, with the ARNs in the command that grants it", async () => {
    for (const action of ["batch:SubmitJob", "iam:PassRole"]) cloud.aws.identity.denied.set(action, "implicitDeny");
    const { findings } = await doctor(["--cloud"], cloud.environment);
    expect(findings.trainings).toMatchObject({
      state: "broken",
      said: "arn:aws:iam::123456789012:user/owner may not batch:SubmitJob, iam:PassRole",
    });
    const { fix = "" } = findings.trainings!;
    expect(fix).toMatch(
      /^aws iam put-user-policy --user-name owner --policy-name whippet-trainings --policy-document '/,
    );
    expect(JSON.parse(/'(.*)'$/.exec(fix)![1]!).Statement).toEqual([
      {
        Effect: "Allow",
        Action: "batch:SubmitJob",
        Resource: [QUEUE, "arn:aws:batch:eu-central-1:123456789012:job-definition/whippet"],
      },
      {
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: ["arn:aws:iam::123456789012:role/whippet-train", "arn:aws:iam::123456789012:role/whippet-start"],
      },
    ]);
    cloud.aws.identity.denied.clear();

    cloud.aws.identity.denied.set("ecs:RunTask", "explicitDeny");
    await only("trainings", /a policy denies it in so many words \(ecs:RunTask\): ask whoever administers the account/);
    cloud.aws.identity.denied.clear();
  });

  it("says that it does not know where the caller may not ask IAM, rather than that all is well", async () => {
    let refused = true;
    cloud.aws.refuse("SimulatePrincipalPolicy", new FakeError("AccessDenied", "no", 403), () => refused);
    const { code, findings } = await doctor(["--cloud"], cloud.environment);
    refused = false;
    expect(code).toBe(0);
    expect(findings.trainings).toMatchObject({
      state: "off",
      said: expect.stringContaining("is not known"),
      fix: expect.stringContaining("iam:SimulatePrincipalPolicy"),
    });
  });

  it("tells who came by IAM Identity Center what to do there, since nobody edits such a role by IAM", async () => {
    const owner = cloud.aws.identity.caller;
    cloud.aws.identity.caller =
      "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_WhippetOwner_0123456789abcdef/you";
    cloud.aws.identity.denied.set("batch:TerminateJob", "implicitDeny");
    cloud.aws.identity.simulated.length = 0;
    const { findings } = await doctor(["--cloud"], cloud.environment);
    expect(findings.trainings?.fix).toMatch(
      /^in IAM Identity Center: Permission sets, WhippetOwner, Inline policy: add \{.*"batch:TerminateJob".*\}, then Save and reprovision$/,
    );
    expect(cloud.aws.identity.simulated[0]).toMatch(
      /^arn:aws:iam::123456789012:role\/a\/path\/AWSReservedSSO_WhippetOwner_0123456789abcdef /,
    );
    cloud.aws.identity.caller = owner;
    cloud.aws.identity.denied.clear();
  });

  it("asks for as many vCPUs as the smallest machine has that the queue asks for", async () => {
    cloud.aws.batch.instanceTypes.splice(0, 1, "g5.4xlarge", "g4dn.12xlarge");
    const { findings } = await doctor(["--cloud"], cloud.environment);
    for (const name of ["gpu, spot", "gpu, on demand"])
      expect(findings[name]).toMatchObject({
        state: "broken",
        said: expect.stringContaining("8 vCPUs at once"),
        fix: expect.stringContaining("--desired-value 16 "),
      });
    cloud.aws.batch.instanceTypes.splice(0, 2, "p3.2xlarge");
    const p = await doctor(["--cloud"], cloud.environment);
    expect(p.findings["gpu, on demand"]?.fix).toMatch(/--quota-code L-417A185B --desired-value 8 /);
    cloud.aws.batch.instanceTypes.splice(0, 1, "g4dn.xlarge");
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
