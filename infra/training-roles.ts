/** What a training may do, on a GPU host as on Fargate, and what starts its container. */
import { account } from "./account.ts";
import type { Buckets } from "./buckets.ts";
import { assumedBy, policyDocument, readObjects, rolePrefix, type Statement, writeLogs } from "./policy.ts";

export interface TrainingRoles {
  /** The training's own. */
  job: aws.iam.Role;
  /** Pulls the image and writes the log. */
  execution: aws.iam.Role;
}

const TASKS = "ecs-tasks.amazonaws.com";

/** The folders of the photo bucket that a training reads. */
const FOLDERS = ["photos", "datasets", "feedback", "trainings"];

/** Where photos may lie that a training is to read, as `s3://…/`: ours, then others'. */
export const readablePlaces = ({ photos }: Buckets, others: readonly string[]): $util.Output<string>[] => [
  ...FOLDERS.map((folder) => $interpolate`${photos}/${folder}/`),
  ...others.map((place) => $util.output(place)),
];

/** @param place `s3://BUCKET/PREFIX/` */
const readPlace = (place: string): Statement[] => {
  const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(place) ?? [];
  const arn = $interpolate`arn:${account().partition}:s3:::${bucket}`;
  return [
    { actions: ["s3:GetObject"], resources: [$interpolate`${arn}/${prefix}*`] },
    { actions: ["s3:ListBucket"], resources: [arn], conditions: { StringLike: { "s3:prefix": [`${prefix}*`] } } },
  ];
};

export interface RoleParts {
  buckets: Buckets;
  repository: aws.ecr.Repository;
  /** ARN of the log group. */
  logs: $util.Output<string>;
  /** `s3://BUCKET/PREFIX/` each. */
  readsFrom: readonly string[];
}

export const createTrainingRoles = ({
  buckets: { models, photoBucket },
  repository,
  logs,
  readsFrom,
}: RoleParts): TrainingRoles => {
  const assumeRolePolicy = assumedBy(TASKS, account().id);
  const job = new aws.iam.Role("TrainingRole", {
    namePrefix: rolePrefix("train"),
    assumeRolePolicy,
    inlinePolicies: [
      {
        name: "train",
        policy: policyDocument([
          ...readObjects(photoBucket.arn, ...FOLDERS),
          ...readsFrom.flatMap(readPlace),
          // checkpoints: written, read by the next attempt, deleted at the end
          {
            actions: ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
            resources: [$interpolate`${photoBucket.arn}/trainings/*`],
          },
          ...readObjects(models.arn, "models"),
          {
            actions: ["s3:PutObject", "s3:AbortMultipartUpload"],
            resources: [$interpolate`${models.arn}/models/*`],
          },
        ]),
      },
    ],
  });
  const execution = new aws.iam.Role("TrainingStartRole", {
    namePrefix: rolePrefix("start"),
    assumeRolePolicy,
    inlinePolicies: [
      {
        name: "start",
        policy: policyDocument([
          // takes no ARN: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
          { actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
          {
            actions: ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
            resources: [repository.arn],
          },
          writeLogs(logs),
        ]),
      },
    ],
  });
  return { job, execution };
};
