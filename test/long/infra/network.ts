import { expect } from "vitest";
import { all, type Graph } from "../../infra/graph.ts";
import type { Promised } from "./promise.ts";

const file = "infra/network.ts";
const resourcesOf = (graph: Graph) => all(graph, "ComputeEnvironment").map(({ inputs }) => inputs.computeResources);

export const network: readonly Promised[] = [
  {
    promise: "looks for hosts in two zones",
    in: "development",
    holds: (graph) => {
      expect(all(graph, "Subnet").map(({ inputs }) => inputs.availabilityZone)).toEqual([
        "eu-central-1a",
        "eu-central-1b",
      ]);
      for (const { subnets } of resourcesOf(graph))
        expect(subnets).toEqual(["TrainingSubnet1-0000000", "TrainingSubnet2-0000000"]);
    },
    breaks: [
      { file, find: 'names[index] ?? ""', put: 'names[0] ?? ""' },
      { file, find: "const ZONES = 2", put: "const ZONES = 1" },
    ],
  },
  {
    promise: "lets nobody reach a training host",
    in: "development",
    holds: (graph) => {
      for (const { inputs } of all(graph, "SecurityGroup")) expect(inputs.ingress ?? []).toEqual([]);
      for (const resources of resourcesOf(graph)) expect(resources.securityGroupIds).toEqual(["TrainingHosts-0000000"]);
      expect(all(graph, "SecurityGroupRule").concat(all(graph, "SecurityGroupIngressRule"))).toEqual([]);
    },
    breaks: [
      {
        file,
        find: "    egress:",
        put: '    ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }],\n    egress:',
      },
      { file: "infra/cpu-task.ts", find: "publicIp: true", put: "public: true" },
    ],
  },
];
