/**
 * Training on a GPU that exists only while it works: AWS Batch on EC2 (Fargate has no GPU). Spot instances first, on-demand
 * where there are none, nothing while the queue is empty.
 */
import { account } from "./account.ts";
import { hostUserData } from "./host-user-data.ts";
import type { Network } from "./network.ts";
import { assumedBy, rolePrefix } from "./policy.ts";
import type { TrainingSettings } from "./settings.ts";
import type { TrainingRoles } from "./training-roles.ts";

export interface BatchTraining {
  queue: aws.batch.JobQueue;
  definition: aws.batch.JobDefinition;
}

export interface BatchParts {
  image: $util.Output<string>;
  network: Network;
  roles: TrainingRoles;
  /** Of the log group. */
  logs: string;
  environment: Record<string, $util.Input<string>>;
  settings: TrainingSettings;
}

/** A training may lose its host this often and still go on from its checkpoint. */
const ATTEMPTS = 5;
/** A job that no host can be had for is ended after half an hour rather than wait unseen. */
const WAIT_SECONDS = 1800;
/** The exit code of a training that was told to stop and has saved: shared/training-events.ts. */
const STOPPED = "75";
const GIGABYTES_OF_DISK = 100;

export const createBatch = ({ image, network, roles, logs, environment, settings }: BatchParts): BatchTraining => {
  const hostRole = new aws.iam.Role("TrainingHostRole", {
    namePrefix: rolePrefix("host"),
    assumeRolePolicy: assumedBy("ec2.amazonaws.com"),
    // what the ECS agent needs, as AWS keeps it; the container cannot reach this role (hop limit below)
    managedPolicyArns: [
      $interpolate`arn:${account().partition}:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role`,
    ],
  });
  const profile = new aws.iam.InstanceProfile("TrainingHostProfile", {
    namePrefix: rolePrefix("host"),
    role: hostRole.name,
  });
  const template = new aws.ec2.LaunchTemplate("TrainingHost", {
    updateDefaultVersion: true,
    userData: hostUserData(),
    // IMDSv2, and not from inside a container
    metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
    blockDeviceMappings: [
      {
        deviceName: "/dev/xvda",
        ebs: { volumeSize: GIGABYTES_OF_DISK, volumeType: "gp3", encrypted: "true", deleteOnTermination: "true" },
      },
    ],
  });

  const hosts = (name: string, type: "SPOT" | "EC2", allocationStrategy: string) =>
    new aws.batch.ComputeEnvironment(name, {
      type: "MANAGED",
      computeResources: {
        type,
        allocationStrategy,
        minVcpus: 0,
        maxVcpus: settings.maximumVcpus,
        instanceTypes: [...settings.instanceTypes],
        ec2Configurations: [{ imageType: "ECS_AL2023_NVIDIA" }],
        instanceRole: profile.arn,
        subnets: network.subnets,
        securityGroupIds: [network.securityGroup],
        launchTemplate: { launchTemplateId: template.id, version: $interpolate`${template.latestVersion}` },
        tags: { Name: `whippet-${$app.stage}-training` },
      },
    });
  const spot = hosts("TrainingSpot", "SPOT", "SPOT_PRICE_CAPACITY_OPTIMIZED");
  const onDemand = hosts("TrainingOnDemand", "EC2", "BEST_FIT_PROGRESSIVE");

  const queue = new aws.batch.JobQueue("TrainingQueue", {
    state: "ENABLED",
    priority: 1,
    computeEnvironmentOrders: [
      { order: 1, computeEnvironment: spot.arn },
      { order: 2, computeEnvironment: onDemand.arn },
    ],
    jobStateTimeLimitActions: [
      "CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY",
      "MISCONFIGURATION:COMPUTE_ENVIRONMENT_MAX_RESOURCE",
      "MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT",
    ].map((reason) => ({ state: "RUNNABLE", action: "CANCEL", reason, maxTimeSeconds: WAIT_SECONDS })),
  });

  const definition = new aws.batch.JobDefinition("TrainingJob", {
    type: "container",
    platformCapabilities: ["EC2"],
    containerProperties: $jsonStringify({
      image,
      jobRoleArn: roles.job.arn,
      executionRoleArn: roles.execution.arn,
      // a g4dn.xlarge has 1, 4 and 16 GiB, of which the host keeps some
      resourceRequirements: [
        { type: "GPU", value: "1" },
        { type: "VCPU", value: "4" },
        { type: "MEMORY", value: "14000" },
      ],
      // a process that hands signals on, and buries the children of those that are gone
      linuxParameters: { initProcessEnabled: true },
      environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
      logConfiguration: {
        logDriver: "awslogs",
        options: { "awslogs-group": logs, "awslogs-region": account().region, "awslogs-stream-prefix": "gpu" },
      },
    }),
    // "Host EC2 (instance i-…) terminated." is how Batch says that Spot took the host back; a training that was quick enough
    // to save and leave says STOPPED. One that fails of itself would fail again, and what Batch ended itself, cancelled or
    // out of time, it tries no more.
    retryStrategy: {
      attempts: ATTEMPTS,
      evaluateOnExits: [
        { action: "RETRY", onStatusReason: "Host EC2*" },
        { action: "RETRY", onExitCode: STOPPED },
        { action: "EXIT", onReason: "*" },
      ],
    },
    timeout: { attemptDurationSeconds: settings.hours * 3600 },
  });
  return { queue, definition };
};
