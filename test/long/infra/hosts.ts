import { expect } from "vitest";
import { exitCodes } from "../../../shared/training-events.ts";
import { all, type Graph, one } from "../../infra/graph.ts";
import type { Promised } from "./promise.ts";

const batch = "infra/batch.ts";
const resourcesOf = (graph: Graph) => all(graph, "ComputeEnvironment").map(({ inputs }) => inputs.computeResources);
const job = (graph: Graph) => one(graph, "JobDefinition", "TrainingJob").inputs;
const container = (graph: Graph) => JSON.parse(job(graph).containerProperties);
const userData = (graph: Graph) =>
  Buffer.from(one(graph, "LaunchTemplate", "TrainingHost").inputs.userData, "base64").toString();

export const hosts: readonly Promised[] = [
  {
    promise: "asks for Spot instances first and for on-demand ones second, in one queue that takes jobs",
    in: "development",
    holds: (graph) => {
      const arnOf = (name: string) => `arn:aws:batch:eu-central-1:123456789012:compute-environment/${name}-0000000`;
      const hostsOf = (name: string) => one(graph, "ComputeEnvironment", name).inputs.computeResources;
      expect(hostsOf("TrainingSpot")).toMatchObject({
        type: "SPOT",
        allocationStrategy: "SPOT_PRICE_CAPACITY_OPTIMIZED",
      });
      // BEST_FIT neither tries another type nor takes on a new launch template
      expect(hostsOf("TrainingOnDemand")).toMatchObject({
        type: "EC2",
        allocationStrategy: "BEST_FIT_PROGRESSIVE",
      });
      expect(all(graph, "JobQueue").map(({ inputs }) => [inputs.state, inputs.computeEnvironmentOrders])).toEqual([
        [
          "ENABLED",
          [
            { order: 1, computeEnvironment: arnOf("TrainingSpot") },
            { order: 2, computeEnvironment: arnOf("TrainingOnDemand") },
          ],
        ],
      ]);
    },
    breaks: [
      {
        file: batch,
        find: "order: 1, computeEnvironment: spot.arn",
        put: "order: 1, computeEnvironment: onDemand.arn",
      },
      { file: batch, find: "      { order: 2, computeEnvironment: onDemand.arn },\n", put: "" },
      { file: batch, find: '"TrainingSpot", "SPOT"', put: '"TrainingSpot", "EC2"' },
      { file: batch, find: 'state: "ENABLED"', put: 'state: "DISABLED"' },
      { file: batch, find: "BEST_FIT_PROGRESSIVE", put: "BEST_FIT" },
      { file: batch, find: "SPOT_PRICE_CAPACITY_OPTIMIZED", put: "BEST_FIT" },
    ],
  },
  {
    promise: "has no compute, and nothing else that costs by the hour, while nobody trains",
    in: "development",
    holds: (graph) => {
      for (const resources of resourcesOf(graph)) {
        expect(resources.minVcpus).toBe(0);
        expect(resources.desiredVcpus).toBeUndefined();
        expect(resources.maxVcpus).toBe(16);
      }
      const byTheHour =
        /^aws:(ec2.*:(Instance|NatGateway|Eip)$|ecs.*:Service$|lb|eks|efs|servicediscovery|route53|autoscaling)/;
      expect(graph.resources.filter(({ type }) => byTheHour.test(type)).map(({ type }) => type)).toEqual([]);
      expect(all(graph, "ProvisionedConcurrencyConfig")).toEqual([]);
      expect(all(graph, "VpcEndpoint").map(({ inputs }) => inputs.vpcEndpointType)).toEqual(["Gateway"]);
    },
    breaks: [
      { file: batch, find: "minVcpus: 0", put: "minVcpus: 4" },
      { file: batch, find: "minVcpus: 0", put: "minVcpus: 0, desiredVcpus: 4" },
      { file: "infra/network.ts", find: 'vpcEndpointType: "Gateway"', put: 'vpcEndpointType: "Interface"' },
      { file: "infra/network.ts", find: "  const zones", put: '  new aws.ec2.Eip("Nat", {});\n  const zones' },
    ],
  },
  {
    promise:
      "tells hosts to drain when Spot takes them back, and containers that they have nearly all of the two minutes",
    in: "development",
    holds: (graph) => {
      const told = userData(graph);
      expect(told).toMatch(
        /^MIME-Version: 1\.0\nContent-Type: multipart\/mixed; boundary="==whippet=="\n\n--==whippet==\n/,
      );
      expect(told).toMatch(/\n\n#!\/bin\/bash\ncat >> \/etc\/ecs\/ecs\.config <<END\n[^-]*\nEND\n\n--==whippet==--\n$/);
      expect(told).toMatch(/^ECS_ENABLE_SPOT_INSTANCE_DRAINING=true$/m);
      const seconds = Number(/^ECS_CONTAINER_STOP_TIMEOUT=(\d+)s$/m.exec(told)?.[1]);
      expect(seconds).toBeGreaterThanOrEqual(90);
      expect(seconds).toBeLessThan(120);
      for (const resources of resourcesOf(graph))
        expect(resources.launchTemplate).toEqual({ launchTemplateId: "TrainingHost-0000000", version: "1" });
    },
    breaks: [
      { file: "infra/host-user-data.ts", find: "DRAINING=true", put: "DRAINING=false" },
      { file: "infra/host-user-data.ts", find: "STOP_SECONDS = 110", put: "STOP_SECONDS = 30" },
      { file: batch, find: "userData: hostUserData()", put: 'userData: ""' },
      { file: batch, find: "launchTemplate: {", put: "x: {" },
    ],
  },
  {
    promise:
      "makes hosts ask for a session token (IMDSv2), keeps containers from their role, and gives them an encrypted disk for the photos",
    in: "development",
    holds: (graph) => {
      const { metadataOptions, blockDeviceMappings } = one(graph, "LaunchTemplate", "TrainingHost").inputs;
      expect(metadataOptions).toMatchObject({ httpTokens: "required", httpPutResponseHopLimit: 1 });
      expect(blockDeviceMappings).toEqual([
        {
          deviceName: "/dev/xvda",
          ebs: { volumeSize: 100, volumeType: "gp3", encrypted: "true", deleteOnTermination: "true" },
        },
      ]);
    },
    breaks: [
      { file: batch, find: 'httpTokens: "required"', put: 'httpTokens: "optional"' },
      { file: batch, find: "httpPutResponseHopLimit: 1", put: "httpPutResponseHopLimit: 2" },
      { file: batch, find: 'encrypted: "true"', put: 'encrypted: "false"' },
      { file: batch, find: 'deleteOnTermination: "true"', put: 'deleteOnTermination: "false"' },
      { file: batch, find: "GIGABYTES_OF_DISK = 100", put: "GIGABYTES_OF_DISK = 8" },
    ],
  },
  {
    promise: "gives a training a whole g4dn.xlarge, with its GPU and drivers, and less memory than the host has",
    in: "development",
    holds: (graph) => {
      expect(container(graph).resourceRequirements).toEqual([
        { type: "GPU", value: "1" },
        { type: "VCPU", value: "4" },
        // of 16 GiB
        { type: "MEMORY", value: "14000" },
      ]);
      for (const resources of resourcesOf(graph))
        expect(resources).toMatchObject({
          instanceTypes: ["g4dn.xlarge"],
          ec2Configurations: [{ imageType: "ECS_AL2023_NVIDIA" }],
        });
    },
    breaks: [
      { file: batch, find: '        { type: "GPU", value: "1" },\n', put: "" },
      { file: batch, find: 'value: "14000"', put: 'value: "64000"' },
      { file: batch, find: "ECS_AL2023_NVIDIA", put: "ECS_AL2023" },
      { file: "sst.config.ts", find: '"g4dn.xlarge"', put: '"m7i.xlarge"' },
    ],
  },
  {
    promise: "tries a training again only when its host was taken back, whether or not it had time to save",
    in: "development",
    holds: (graph) =>
      expect(job(graph).retryStrategy).toEqual({
        attempts: 5,
        evaluateOnExits: [
          { action: "RETRY", onStatusReason: "Host EC2*" },
          { action: "RETRY", onExitCode: String(exitCodes.stopped) },
          { action: "EXIT", onReason: "*" },
        ],
      }),
    breaks: [
      { file: batch, find: '"Host EC2*"', put: '"*"' },
      { file: batch, find: '        { action: "EXIT", onReason: "*" },\n', put: "" },
      { file: batch, find: 'STOPPED = "75"', put: 'STOPPED = "1"' },
      { file: batch, find: "attempts: ATTEMPTS", put: "attempts: 1" },
    ],
  },
  {
    promise: "ends a training that takes too long, one that waits for a host in vain, and a request that hangs",
    in: "development",
    holds: (graph) => {
      expect(job(graph).timeout).toEqual({ attemptDurationSeconds: 6 * 3600 });
      const actions = one(graph, "JobQueue", "TrainingQueue").inputs.jobStateTimeLimitActions;
      // Source: docs.aws.amazon.com/batch/latest/userguide/job_stuck_in_runnable.html
      const reasons = [
        "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
        "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE",
        "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT",
      ];
      expect(actions).toEqual(
        reasons.map((reason) => ({ state: "RUNNABLE", action: "CANCEL", reason, maxTimeSeconds: 1800 })),
      );
      for (const { inputs } of all(graph, "Function")) expect(inputs.timeout).toBe(30);
    },
    breaks: [
      { file: batch, find: "    timeout: { attemptDurationSeconds: settings.hours * 3600 },\n", put: "" },
      { file: batch, find: "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY", put: "CAPACITY:NONE" },
      { file: batch, find: "WAIT_SECONDS = 1800", put: "WAIT_SECONDS = 86400" },
      { file: "infra/function.ts", find: "timeout: `${settings.seconds} seconds`", put: 'timeout: "900 seconds"' },
    ],
  },
];
