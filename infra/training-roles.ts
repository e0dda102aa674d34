/** What a training may do, on a GPU host as on Fargate, and what starts its container. */
import { account } from "./account.ts";
import type { Buckets } from "./buckets.ts";
import { assumedBy, policyDocument, readObjects, rolePrefix, writeLogs } from "./policy.ts";

export interface TrainingRoles {
  /** The training's own. */
  job: aws.iam.Role;
  /** Pulls the image and writes the log. */
  execution: aws.iam.Role;
}

const TASKS = "ecs-tasks.amazonaws.com";

/** @param logs ARN of the log group */
export const createTrainingRoles = (
  { models, photoBucket }: Buckets,
  repository: aws.ecr.Repository,
  logs: $util.Output<string>,
): TrainingRoles => {
  const assumeRolePolicy = assumedBy(TASKS, account().id);
  const job = new aws.iam.Role("TrainingRole", {
    namePrefix: rolePrefix("train"),
    assumeRolePolicy,
    inlinePolicies: [
      {
        name: "train",
        policy: policyDocument([
          ...readObjects(photoBucket.arn, "photos", "datasets", "feedback", "trainings"),
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
