/** What `whippet doctor --cloud` says of starting trainings: what IAM would allow, and how many vCPUs that takes. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../e2e/folders.ts";
import { type Cloud, startCloud } from "../remote/cloud.ts";
import { has } from "../require.ts";
import { QUEUE } from "../tools/aws/batch-job.ts";
import { TASK } from "../tools/aws/ecs.ts";
import { FakeError } from "../tools/aws/server.ts";
import { expectOnly, runDoctor } from "./findings.ts";

const { home, remove } = await temporaryFolder("doctor-trainings");
afterAll(remove);

describe.runIf(has("seaweed"))("whippet doctor --cloud, of trainings,", () => {
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await startCloud("test/remote/stub-task.ts");
  });
  afterAll(() => cloud.stop());

  const doctor = (args: readonly string[], env: Record<string, string>) => runDoctor(home, args, env);
  const only = (broken: string, fix: RegExp) => expectOnly(home, cloud.environment, broken, fix);

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
});
