/** Whether the account may have the machines that the deployed queue asks for. */
import type { JobQueueDetail } from "@aws-sdk/client-batch";
import { awsCall } from "../../shared/jobs/aws-call.ts";
import type { Caller } from "./caller.ts";
import { type Check, FixableError, ok } from "./check.ts";
import { permitted } from "./permission.ts";

interface Quota {
  name: string;
  /** Of the quota, which counts vCPUs. */
  code: string;
  title: string;
}

/** By family. Source: docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html */
const quotas: Record<"g" | "p", Quota[]> = {
  g: [
    { name: "gpu, spot", code: "L-3819A6DF", title: "All G and VT Spot Instance Requests" },
    { name: "gpu, on demand", code: "L-DB2E81BA", title: "Running On-Demand G and VT instances" },
  ],
  p: [
    { name: "gpu, spot", code: "L-7212CCBC", title: "All P4, P3 and P2 Spot Instance Requests" },
    { name: "gpu, on demand", code: "L-417A185B", title: "Running On-Demand P instances" },
  ],
};

/** The smallest machine that a training may have, and its family. */
export interface Machine {
  type: string;
  vcpus: number;
}

/** What is deployed by default. */
export const DEFAULT_MACHINE: Machine = { type: "g4dn.xlarge", vcpus: 4 };

/** An `xlarge` of every family has 4 vCPUs, an `Nxlarge` N times as many. Undefined for a family or a metal host. */
export const machineOf = (type: string): Machine | undefined => {
  const times = /^[a-z0-9-]+\.(\d*)xlarge$/.exec(type)?.[1];
  return times === undefined ? undefined : { type, vcpus: 4 * Number(times || 1) };
};

/** What the queue's own environments ask for. */
export const smallestMachine = async (
  caller: Caller,
  { computeEnvironmentOrder = [] }: JobQueueDetail,
  region: string | undefined,
): Promise<Machine> => {
  const { BatchClient, DescribeComputeEnvironmentsCommand } = await import("@aws-sdk/client-batch");
  const batch = new BatchClient({ ...(region && { region }), maxAttempts: 2 });
  const computeEnvironments = computeEnvironmentOrder.flatMap(({ computeEnvironment }) => computeEnvironment ?? []);
  const action = "batch:DescribeComputeEnvironments";
  const { computeEnvironments: found = [] } = await permitted(caller, { action, resources: ["*"] }, () =>
    awsCall(action, () => batch.send(new DescribeComputeEnvironmentsCommand({ computeEnvironments }))),
  );
  const machines = found
    .flatMap(({ computeResources }) => computeResources?.instanceTypes ?? [])
    .flatMap((type) => machineOf(type) ?? []);
  return machines.sort((a, b) => a.vcpus - b.vcpus)[0] ?? DEFAULT_MACHINE;
};

/** @param machine is asked for when the check is made: the queue says it */
export const quotaChecks = (caller: Caller, region: string | undefined, machine: () => Promise<Machine>): Check[] =>
  [0, 1].map((index) => quotaCheck(caller, region, machine, index));

const quotaCheck = (
  caller: Caller,
  region: string | undefined,
  machine: () => Promise<Machine>,
  index: number,
): Check => ({
  name: quotas.g[index]!.name,
  async look() {
    const { type, vcpus: needed } = await machine();
    const { code, title } = quotas[type.startsWith("p") ? "p" : "g"][index]!;
    const { ServiceQuotasClient, GetServiceQuotaCommand } = await import("@aws-sdk/client-service-quotas");
    const client = new ServiceQuotasClient({ ...(region && { region }), maxAttempts: 2 });
    const action = "servicequotas:GetServiceQuota";
    const { Quota } = await permitted(caller, { action, resources: ["*"] }, () =>
      awsCall(action, () => client.send(new GetServiceQuotaCommand({ ServiceCode: "ec2", QuotaCode: code }))),
    );
    const vcpus = Quota?.Value ?? 0;
    if (vcpus >= needed) return ok(`${vcpus} vCPUs of machines with a GPU; a ${type} has ${needed}`);
    throw new FixableError(
      `the account may have ${vcpus} vCPUs at once of "${title}"; a ${type} has ${needed}`,
      `aws service-quotas request-service-quota-increase --service-code ec2 --quota-code ${code} --desired-value ${needed}${region ? ` --region ${region}` : ""}`,
    );
  },
});
