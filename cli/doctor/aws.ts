/** Of the AWS account: who asks, what is deployed, whether it may be used, and whether GPU machines may be had. */
import type { JobQueueDetail } from "@aws-sdk/client-batch";
import { awsCall } from "../../shared/jobs/aws-call.ts";
import { type JobSettings, regionOf } from "../../shared/jobs/settings.ts";
import { openStore } from "../../shared/store/open.ts";
import type { RemoteConfiguration } from "../remote/configuration.ts";
import { type Check, FixableError, off, ok } from "./check.ts";
import { writable } from "./local.ts";
import { permitted } from "./permission.ts";

const DEPLOY = "npx sst deploy --stage production";

/** vCPUs of the smallest machine with a GPU that a deploy asks for, g4dn.xlarge. */
const VCPUS = 4;

/** Codes of quotas, in vCPUs. Source: docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html */
const quotas = [
  { name: "gpu, spot", code: "L-3819A6DF", title: "All G and VT Spot Instance Requests" },
  { name: "gpu, on demand", code: "L-DB2E81BA", title: "Running On-Demand G and VT instances" },
];

export interface Account {
  /** ARN of whoever asks. */
  caller: string;
  id: string;
}

/** @throws AwsError naming the login that is missing or has ended */
export const whoAsks = async (): Promise<Account> => {
  const { STSClient, GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const sts = new STSClient({ maxAttempts: 2 });
  const { Arn, Account } = await awsCall("sts:GetCallerIdentity", () => sts.send(new GetCallerIdentityCommand({})));
  if (Arn === undefined || Account === undefined) throw new Error("AWS did not say whose credentials these are");
  return { caller: Arn, id: Account };
};

/** @param account once it is known that somebody is logged in */
export const awsChecks = (
  { caller }: Account,
  { variables, url }: RemoteConfiguration,
  { gpu, cpu }: JobSettings,
): Check[] => [
  {
    name: "deployed",
    async look() {
      if (url !== undefined) return ok(`answers at ${url}`);
      return off("nothing that this folder knows of: there is no .sst/outputs.json", DEPLOY);
    },
  },
  bucketCheck(caller, "models", variables.WHIPPET_STORE, "WHIPPET_STORE", "models"),
  bucketCheck(caller, "photos", variables.WHIPPET_PHOTOS, "WHIPPET_PHOTOS", "photos"),
  {
    name: "queue",
    async look() {
      if (!gpu) return off("no training on a GPU is deployed", DEPLOY);
      return queueState(await readQueue(caller, gpu.queue), gpu.queue);
    },
  },
  {
    name: "small sets",
    async look() {
      if (!cpu) return off("no training on Fargate is deployed", DEPLOY);
      return ok(`${cpu.task} on Fargate`);
    },
  },
  ...quotas.map((quota) => quotaCheck(caller, gpu && regionOf(gpu.queue), quota)),
];

const bucketCheck = (
  caller: string,
  name: string,
  url: string | undefined,
  variable: string,
  prefix: string,
): Check => ({
  name,
  async look() {
    if (!url?.startsWith("s3://")) return off(`${variable} names no bucket`, DEPLOY);
    const store = openStore(url);
    await permitted(caller, "s3:ListBucket", () => store.list(`${prefix}/`));
    await permitted(caller, "s3:PutObject", () => writable(store, prefix));
    return ok(`${url}, can be read and written`);
  },
});

const readQueue = async (caller: string, queue: string): Promise<JobQueueDetail> => {
  const { BatchClient, DescribeJobQueuesCommand } = await import("@aws-sdk/client-batch");
  const region = regionOf(queue);
  const batch = new BatchClient({ ...(region && { region }), maxAttempts: 2 });
  const action = "batch:DescribeJobQueues";
  const { jobQueues: [found] = [] } = await permitted(caller, action, () =>
    awsCall(action, () => batch.send(new DescribeJobQueuesCommand({ jobQueues: [queue] }))),
  );
  if (found) return found;
  throw new FixableError(`there is no queue ${queue}, though a deploy printed it`, DEPLOY);
};

const queueState = ({ state, status, statusReason }: JobQueueDetail, queue: string) => {
  if (state !== "ENABLED")
    throw new FixableError(
      `the queue ${queue} is switched off, so trainings wait for ever`,
      `aws batch update-job-queue --job-queue ${queue} --state ENABLED`,
    );
  if (status !== "VALID")
    throw new FixableError(`the queue ${queue} is ${status}${statusReason ? `: ${statusReason}` : ""}`, DEPLOY);
  return ok("takes trainings on a GPU");
};

const quotaCheck = (
  caller: string,
  region: string | undefined,
  { name, code, title }: (typeof quotas)[number],
): Check => ({
  name,
  async look() {
    const { ServiceQuotasClient, GetServiceQuotaCommand } = await import("@aws-sdk/client-service-quotas");
    const client = new ServiceQuotasClient({ ...(region && { region }), maxAttempts: 2 });
    const action = "servicequotas:GetServiceQuota";
    const { Quota } = await permitted(caller, action, () =>
      awsCall(action, () => client.send(new GetServiceQuotaCommand({ ServiceCode: "ec2", QuotaCode: code }))),
    );
    const vcpus = Quota?.Value ?? 0;
    if (vcpus >= VCPUS) return ok(`${vcpus} vCPUs of machines with a GPU`);
    throw new FixableError(
      `the account may have ${vcpus} vCPUs at once of "${title}"; a training needs ${VCPUS}`,
      `aws service-quotas request-service-quota-increase --service-code ec2 --quota-code ${code} --desired-value ${VCPUS}${region ? ` --region ${region}` : ""}`,
    );
  },
});
