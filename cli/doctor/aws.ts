/** Of the AWS account: who asks, what is deployed, whether it may be used, and whether GPU machines may be had. */
import { awsCall } from "../../shared/jobs/aws-call.ts";
import { type JobSettings, regionOf } from "../../shared/jobs/settings.ts";
import type { RemoteConfiguration } from "../remote/configuration.ts";
import { bucketCheck } from "./buckets.ts";
import { type Caller, callerOf } from "./caller.ts";
import { type Check, DEPLOY, FixableError, off, ok } from "./check.ts";
import { DEFAULT_MACHINE, quotaChecks, smallestMachine } from "./quotas.ts";
import { readQueue, trainingChecks } from "./trainings.ts";

export interface Account {
  caller: Caller;
  id: string;
}

/** @throws AwsError naming the login that is missing or has ended */
export const whoAsks = async (): Promise<Account> => {
  const { STSClient, GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const sts = new STSClient({ maxAttempts: 2 });
  const { Arn, Account } = await awsCall("sts:GetCallerIdentity", () => sts.send(new GetCallerIdentityCommand({})));
  if (Arn === undefined || Account === undefined) throw new Error("AWS did not say whose credentials these are");
  return { caller: callerOf(Arn), id: Account };
};

/** @param account once it is known that somebody is logged in */
export const awsChecks = (
  { caller, id }: Account,
  { variables, url }: RemoteConfiguration,
  jobs: JobSettings,
  signal: AbortSignal,
): Check[] => {
  const { WHIPPET_STORE: models, WHIPPET_PHOTOS: photos } = variables;
  const { gpu } = jobs;
  const region = gpu && regionOf(gpu.queue);
  const machine = async () => {
    // what keeps the queue from being read, its own check says
    const queue = gpu && (await readQueue(caller, gpu.queue).catch(() => undefined));
    return queue ? smallestMachine(caller, queue, region) : DEFAULT_MACHINE;
  };
  return [
    deployedCheck(url, signal),
    bucketCheck(caller, { name: "models", url: models, variable: "WHIPPET_STORE", folder: "models" }),
    bucketCheck(caller, { name: "photos", url: photos, variable: "WHIPPET_PHOTOS", folder: "photos" }),
    ...trainingChecks(caller, id, jobs),
    ...quotaChecks(caller, region, machine),
  ];
};

/** Milliseconds for an answer: a cold start and more. */
const PATIENCE = 20_000;

const deployedCheck = (url: string | undefined, signal: AbortSignal): Check => ({
  name: "deployed",
  async look() {
    if (url === undefined) return off("nothing that this folder knows of: there is no .sst/outputs.json", DEPLOY);
    const asked = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
    const answer = await fetch(`${url}/healthz`, { signal: asked }).catch((error: Error) => error);
    signal.throwIfAborted();
    if (!(answer instanceof Error) && answer.ok) return ok(`answers at ${url}`);
    const said =
      answer instanceof Error
        ? `does not answer (${(answer.cause as Error | undefined)?.message ?? answer.message})`
        : `answers ${answer.status}`;
    throw new FixableError(`${url}/healthz ${said}`, DEPLOY);
  },
});
