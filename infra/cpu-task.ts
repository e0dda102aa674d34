/** Training of small sets without a GPU: a Fargate task, started for one training and gone after it. */
import type { Network } from "./network.ts";
import type { TrainingRoles } from "./training-roles.ts";

export interface CpuParts {
  image: $util.Output<string>;
  network: Network;
  roles: TrainingRoles;
  /** Name of the log group, which this task makes. */
  logs: string;
  environment: Record<string, $util.Input<string>>;
  /** ECS ends no task for its time: this one ends itself after so many. */
  hours: number;
}

/** For the image and the photos: some 200,000 of 200 kB. Beyond 20 GB it costs $0.0001 a GB and hour. */
const DISK = "50 GB";

export const createCpuTask = ({ image, network, roles, logs, environment, hours }: CpuParts): sst.aws.Task => {
  const cluster = new sst.aws.Cluster("CpuCluster", {
    vpc: {
      id: network.vpc,
      publicSubnets: network.subnets,
      containerSubnets: network.subnets,
      // there is none; the type wants it
      loadBalancerSubnets: [],
      securityGroups: [network.securityGroup],
    },
  });
  return new sst.aws.Task("CpuTraining", {
    cluster,
    cpu: "4 vCPU",
    memory: "16 GB",
    storage: DISK,
    publicIp: true,
    image,
    environment: { ...environment, WHIPPET_HOURS: String(hours) },
    logging: { name: logs, retention: "1 month" },
    // ours: SST's would read every secret of the account
    taskRole: roles.job.name,
    executionRole: roles.execution.name,
    dev: false,
    transform: {
      taskDefinition: (args) => {
        args.containerDefinitions = $util
          .output(args.containerDefinitions)
          .apply((text) => JSON.stringify(JSON.parse(text).map(withLongStop)));
      },
    },
  });
};

/** Two minutes to save in, the most that Fargate grants. */
const withLongStop = (container: object) => ({ ...container, stopTimeout: 120 });
