import { expect } from "vitest";
import { exitCodes } from "../../../shared/training-events.ts";
import { all, environmentOf, type Graph, one } from "../../infra/graph.ts";
import type { Promised } from "./promise.ts";

const batch = "infra/batch.ts";
const hosts = (graph: Graph) => all(graph, "ComputeEnvironment").map(({ inputs }) => inputs.computeResources);
const job = (graph: Graph) => one(graph, "JobDefinition", "TrainingJob").inputs;
const container = (graph: Graph) => JSON.parse(job(graph).containerProperties);
const task = (graph: Graph) => one(graph, "TaskDefinition", "CpuTrainingTask").inputs;
const cpuContainer = (graph: Graph) => JSON.parse(task(graph).containerDefinitions)[0];
const userData = (graph: Graph) =>
  Buffer.from(one(graph, "LaunchTemplate", "TrainingHost").inputs.userData, "base64").toString();

export const training: readonly Promised[] = [
  {
    promise: "asks for Spot instances first and for on-demand ones second, in one queue",
    in: "development",
    holds: (graph) => {
      const arnOf = (name: string) => `arn:aws:batch:eu-central-1:123456789012:compute-environment/${name}-0000000`;
      expect(one(graph, "ComputeEnvironment", "TrainingSpot").inputs.computeResources.type).toBe("SPOT");
      expect(one(graph, "ComputeEnvironment", "TrainingOnDemand").inputs.computeResources.type).toBe("EC2");
      expect(all(graph, "JobQueue").map(({ inputs }) => inputs.computeEnvironmentOrders)).toEqual([
        [
          { order: 1, computeEnvironment: arnOf("TrainingSpot") },
          { order: 2, computeEnvironment: arnOf("TrainingOnDemand") },
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
    ],
  },
  {
    promise: "has no compute, and nothing else that costs by the hour, while nobody trains",
    in: "development",
    holds: (graph) => {
      for (const resources of hosts(graph)) {
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
      for (const resources of hosts(graph))
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
      "makes hosts ask for a session token (IMDSv2), keeps containers from the host's role, and encrypts its disk",
    in: "development",
    holds: (graph) => {
      const { metadataOptions, blockDeviceMappings } = one(graph, "LaunchTemplate", "TrainingHost").inputs;
      expect(metadataOptions).toMatchObject({ httpTokens: "required", httpPutResponseHopLimit: 1 });
      expect(blockDeviceMappings[0].ebs).toMatchObject({ encrypted: "true", deleteOnTermination: "true" });
    },
    breaks: [
      { file: batch, find: 'httpTokens: "required"', put: 'httpTokens: "optional"' },
      { file: batch, find: "httpPutResponseHopLimit: 1", put: "httpPutResponseHopLimit: 2" },
      { file: batch, find: 'encrypted: "true"', put: 'encrypted: "false"' },
    ],
  },
  {
    promise: "gives a training one GPU, on hosts that have one and its drivers",
    in: "development",
    holds: (graph) => {
      expect(container(graph).resourceRequirements).toContainEqual({ type: "GPU", value: "1" });
      for (const resources of hosts(graph))
        expect(resources).toMatchObject({
          instanceTypes: ["g4dn.xlarge"],
          ec2Configurations: [{ imageType: "ECS_AL2023_NVIDIA" }],
        });
    },
    breaks: [
      { file: batch, find: '        { type: "GPU", value: "1" },\n', put: "" },
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
      expect(actions.length).toBe(3);
      for (const action of actions)
        expect(action).toMatchObject({ state: "RUNNABLE", action: "CANCEL", maxTimeSeconds: 1800 });
      for (const { inputs } of all(graph, "Function")) expect(inputs.timeout).toBe(30);
    },
    breaks: [
      { file: batch, find: "    timeout: { attemptDurationSeconds: settings.hours * 3600 },\n", put: "" },
      { file: batch, find: "WAIT_SECONDS = 1800", put: "WAIT_SECONDS = 86400" },
      { file: "infra/function.ts", find: "timeout: `${settings.seconds} seconds`", put: 'timeout: "900 seconds"' },
    ],
  },
  {
    promise: "lets nobody reach a training host",
    in: "development",
    holds: (graph) => {
      for (const { inputs } of all(graph, "SecurityGroup")) expect(inputs.ingress ?? []).toEqual([]);
      for (const resources of hosts(graph)) expect(resources.securityGroupIds).toEqual(["TrainingHosts-0000000"]);
      expect(all(graph, "SecurityGroupRule").concat(all(graph, "SecurityGroupIngressRule"))).toEqual([]);
    },
    breaks: [
      {
        file: "infra/network.ts",
        find: "    egress:",
        put: '    ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }],\n    egress:',
      },
      { file: "infra/cpu-task.ts", find: "publicIp: true", put: "public: true" },
    ],
  },
  {
    promise: "trains small sets on Fargate, as the same role, with two minutes to save in",
    in: "development",
    holds: (graph) => {
      expect(task(graph)).toMatchObject({
        requiresCompatibilities: ["FARGATE"],
        taskRoleArn: "arn:aws:iam::123456789012:role/whippet-dev-train-0000000",
        executionRoleArn: "arn:aws:iam::123456789012:role/whippet-dev-start-0000000",
      });
      expect(cpuContainer(graph)).toMatchObject({ stopTimeout: 120 });
      expect(container(graph)).toMatchObject({
        jobRoleArn: "arn:aws:iam::123456789012:role/whippet-dev-train-0000000",
        executionRoleArn: "arn:aws:iam::123456789012:role/whippet-dev-start-0000000",
      });
    },
    breaks: [
      { file: "infra/cpu-task.ts", find: "    taskRole: roles.job.name,\n", put: "" },
      { file: "infra/cpu-task.ts", find: "    executionRole: roles.execution.name,\n", put: "" },
      { file: "infra/cpu-task.ts", find: "stopTimeout: 120", put: "stopTimeout: 30" },
      { file: batch, find: "      jobRoleArn: roles.job.arn,\n", put: "" },
    ],
  },
  {
    promise: "prints where trainings run, and tells the owner's function the same",
    in: "development",
    holds: (graph) => {
      const environment = environmentOf(graph, "OwnerFunction");
      const names = Object.keys(graph.outputs).filter((name) => name.startsWith("WHIPPET_"));
      expect(names.sort()).toEqual([
        "WHIPPET_CPU_CLUSTER",
        "WHIPPET_CPU_SECURITY_GROUPS",
        "WHIPPET_CPU_SUBNETS",
        "WHIPPET_CPU_TASK",
        "WHIPPET_JOB_DEFINITION",
        "WHIPPET_JOB_LOGS",
        "WHIPPET_JOB_QUEUE",
        "WHIPPET_PHOTOS",
        "WHIPPET_STORE",
      ]);
      for (const name of names) {
        expect(graph.outputs[name], name).toBeTruthy();
        expect(environment[name], name).toBe(graph.outputs[name]);
      }
      expect(environment).toHaveProperty("WHIPPET_TOKEN");
    },
    breaks: [
      { file: "infra/training.ts", find: "WHIPPET_JOB_QUEUE:", put: "WHIPPET_QUEUE:" },
      { file: "infra/owner.ts", find: "        ...environment,\n", put: "" },
      { file: "sst.config.ts", find: "WHIPPET_STORE: buckets.store", put: "WHIPPET_STORE: buckets.photos" },
    ],
  },
  {
    promise: "tells both kinds of training where photos and models lie, and logs both in one place",
    in: "development",
    holds: (graph) => {
      for (const { environment, logConfiguration } of [container(graph), cpuContainer(graph)]) {
        expect(environment).toContainEqual({ name: "WHIPPET_STORE", value: graph.outputs.WHIPPET_STORE });
        expect(environment).toContainEqual({ name: "WHIPPET_PHOTOS", value: graph.outputs.WHIPPET_PHOTOS });
        expect(environment).toContainEqual({ name: "AWS_REGION", value: "eu-central-1" });
        expect(logConfiguration.options["awslogs-group"]).toBe(graph.outputs.WHIPPET_JOB_LOGS);
      }
    },
    breaks: [
      { file: "infra/training.ts", find: "    WHIPPET_PHOTOS: buckets.photos,\n", put: "" },
      { file: batch, find: '"awslogs-group": logs', put: '"awslogs-group": "elsewhere"' },
      { file: "infra/cpu-task.ts", find: "name: logs, ", put: "" },
    ],
  },
  {
    promise: "builds the images by docker where there is one, and trains with what was built",
    in: "withDocker",
    holds: (graph) => {
      expect(all(graph, "Project")).toEqual([]);
      const images = all(graph, "Image").map(({ inputs }) => inputs);
      expect(images.map(({ target }) => target).sort()).toEqual(["cpu", "gpu"]);
      for (const { platforms, push, tags } of images) {
        expect({ platforms, push }).toEqual({ platforms: ["linux/amd64"], push: true });
        expect(tags[0]).toMatch(/TrainingImages-0000000:(gpu|cpu)-[0-9a-f]{16}$/);
      }
      expect(container(graph).image).toMatch(/:gpu-[0-9a-f]{16}@sha256:/);
      expect(cpuContainer(graph).image).toMatch(/:cpu-[0-9a-f]{16}@sha256:/);
    },
    breaks: [
      { file: "infra/image.ts", find: '(build === "auto" && hasDocker())', put: "false" },
      { file: "infra/image.ts", find: 'gpu: image("gpu")', put: 'gpu: image("cpu")' },
      { file: "infra/image.ts", find: "push: true", put: "push: false" },
    ],
  },
  {
    promise: "has CodeBuild build the images where there is no docker, and lets nothing use them before",
    in: "development",
    holds: (graph) => {
      expect(all(graph, "Image")).toEqual([]);
      const { environment, source } = one(graph, "Project", "TrainingImageBuild").inputs;
      expect(environment.privilegedMode).toBe(true);
      expect(source).toMatchObject({ type: "S3", location: expect.stringMatching(/\/builds\/[0-9a-f]{16}\.zip$/) });
      const run = one(graph, "Command", "TrainingImageRun");
      expect(run.inputs.create).toBe("node infra/run-codebuild.ts");
      expect(run.inputs.update).toBeUndefined();
      expect(run.inputs.environment.HASH).toMatch(/^[0-9a-f]{16}$/);
      expect(run.dependsOn).toEqual(expect.arrayContaining(["TrainingImageSource", "TrainingImageBuild"]));
      expect(container(graph).image).toBe(
        `123456789012.dkr.ecr.eu-central-1.amazonaws.com/TrainingImages-0000000:gpu-${run.inputs.environment.HASH}`,
      );
      for (const [kind, name] of [
        ["JobDefinition", "TrainingJob"],
        ["TaskDefinition", "CpuTrainingTask"],
      ] as const)
        expect(one(graph, kind, name).dependsOn).toContain("TrainingImageRun");
    },
    breaks: [
      { file: "infra/codebuild.ts", find: "privilegedMode: true", put: "privilegedMode: false" },
      { file: "infra/codebuild.ts", find: "HASH: hash, AWS_REGION", put: "AWS_REGION" },
      { file: "infra/codebuild.ts", find: "repository.repositoryUrl, build.stdout]", put: "repository.repositoryUrl]" },
    ],
  },
  {
    promise: "serves without training where docker is demanded and missing, and says what to do",
    in: "dockerMissing",
    holds: (graph) => {
      expect(graph.outputs.training).toMatch(/^off: no docker answers .*Start it, or set training\.build to "auto"/);
      expect(all(graph, "JobQueue")).toEqual([]);
      expect(graph.outputs.classify).toMatch(/^https:.*\/classify$/);
    },
    breaks: [{ file: "infra/image.ts", find: 'build === "docker" && !hasDocker()', put: "false" }],
  },
  {
    promise: "serves and promotes without training where a stage wants none",
    in: "withoutTraining",
    holds: (graph) => {
      expect(graph.resources.filter(({ type }) => /^aws:(batch|ec2|ecs|ecr|codebuild)/.test(type))).toEqual([]);
      expect(
        all(graph, "Function")
          .map(({ name }) => name)
          .sort(),
      ).toEqual(["ApiFunction", "OwnerFunction"]);
      expect(Object.keys(environmentOf(graph, "OwnerFunction")).filter((name) => /JOB|CPU/.test(name))).toEqual([]);
      expect(graph.outputs.training).toMatch(/^off/);
    },
    breaks: [{ file: "infra/training.ts", find: "if (!settings.on)", put: "if (false)" }],
  },
];
