/** Who may do what: every role of a deploy with all that it may, and who may take it. infra/README.md says the same in words. */
import type { Statement } from "./graph.ts";

const onTheCluster = 'if {"ArnEquals":{"ecs:cluster":["ecs:cluster/CpuClusterCluster"]}}';
const toTasks = 'if {"StringEquals":{"iam:PassedToService":["ecs-tasks.amazonaws.com"]}}';
const below = (...prefixes: string[]) =>
  `if ${JSON.stringify({ StringLike: { "s3:prefix": prefixes.map((prefix) => `${prefix}/*`) } })}`;

const writesLog = (group: string): string[] => [
  `logs:CreateLogStream logs:log-group:${group}:*`,
  `logs:PutLogEvents logs:log-group:${group}:*`,
];

export const publicFunction = [
  ...writesLog("ApiLogs"),
  "s3:DeleteObject s3:photosbucket/uploads/*",
  "s3:GetObject s3:modelsbucket/models/*",
  "s3:GetObject s3:photosbucket/uploads/*",
  `s3:ListBucket s3:modelsbucket ${below("models")}`,
  "s3:PutObject s3:photosbucket/uploads/*",
];

export const publicFunctionWithKeys = [
  ...publicFunction,
  "s3:GetObject s3:modelsbucket/keys/*",
  "s3:GetObject s3:modelsbucket/usage/*",
  `s3:ListBucket s3:modelsbucket ${below("keys", "usage")}`,
  "s3:PutObject s3:modelsbucket/usage/*",
];

export const publicFunctionWithFeedback = [
  ...publicFunction,
  `s3:ListBucket s3:photosbucket ${below("feedback")}`,
  "s3:PutObject s3:photosbucket/feedback/*",
];

export const ownerWithoutTrainings = [
  ...writesLog("OwnerLogs"),
  "s3:GetObject s3:modelsbucket/models/*",
  `s3:ListBucket s3:modelsbucket ${below("models")}`,
  "s3:PutObject s3:modelsbucket/models/*/current.json",
];

export const owner = [
  ...ownerWithoutTrainings,
  "batch:DescribeJobs *",
  "batch:ListJobs *",
  "batch:SubmitJob batch:job-definition/TrainingJob",
  "batch:SubmitJob batch:job-definition/TrainingJob:*",
  "batch:SubmitJob batch:job-queue/TrainingQueue",
  "batch:TerminateJob batch:job/*",
  "ecs:DescribeTaskDefinition *",
  `ecs:DescribeTasks ecs:task/CpuClusterCluster/* ${onTheCluster}`,
  `ecs:ListTasks * ${onTheCluster}`,
  `ecs:RunTask ecs:task-definition/CpuClusterCluster-CpuTraining:* ${onTheCluster}`,
  `ecs:StopTask ecs:task/CpuClusterCluster/* ${onTheCluster}`,
  `iam:PassRole iam:role/whippet-dev-train ${toTasks}`,
  `iam:PassRole iam:role/whippet-dev-start ${toTasks}`,
  "logs:GetLogEvents logs:log-group:/whippet/dev/training:log-stream:*",
];

export const ownerWithFeedback = [
  ...owner,
  "s3:DeleteObject s3:photosbucket/feedback/*",
  "s3:GetObject s3:photosbucket/feedback/*",
  `s3:ListBucket s3:photosbucket ${below("feedback")}`,
];

export const training = [
  "s3:AbortMultipartUpload s3:modelsbucket/models/*",
  "s3:AbortMultipartUpload s3:photosbucket/trainings/*",
  "s3:DeleteObject s3:photosbucket/trainings/*",
  "s3:GetObject s3:modelsbucket/models/*",
  "s3:GetObject s3:photosbucket/datasets/*",
  "s3:GetObject s3:photosbucket/feedback/*",
  "s3:GetObject s3:photosbucket/photos/*",
  "s3:GetObject s3:photosbucket/trainings/*",
  `s3:ListBucket s3:modelsbucket ${below("models")}`,
  `s3:ListBucket s3:photosbucket ${below("photos", "datasets", "feedback", "trainings")}`,
  "s3:PutObject s3:modelsbucket/models/*",
  "s3:PutObject s3:photosbucket/trainings/*",
];

export const trainingOfOtherBuckets = [
  ...training,
  "s3:GetObject s3:my-photos/dogs/*",
  "s3:GetObject s3:my-pictures/*",
  `s3:ListBucket s3:my-photos ${below("dogs")}`,
  's3:ListBucket s3:my-pictures if {"StringLike":{"s3:prefix":["*"]}}',
];

export const containerStart = [
  ...writesLog("/whippet/dev/training"),
  "ecr:BatchCheckLayerAvailability ecr:repository/TrainingImages",
  "ecr:BatchGetImage ecr:repository/TrainingImages",
  "ecr:GetAuthorizationToken *",
  "ecr:GetDownloadUrlForLayer ecr:repository/TrainingImages",
];

export const imageBuild = [
  ...writesLog("TrainingImageLogs"),
  "ecr:BatchCheckLayerAvailability ecr:repository/TrainingImages",
  "ecr:CompleteLayerUpload ecr:repository/TrainingImages",
  "ecr:GetAuthorizationToken *",
  "ecr:InitiateLayerUpload ecr:repository/TrainingImages",
  "ecr:PutImage ecr:repository/TrainingImages",
  "ecr:UploadLayerPart ecr:repository/TrainingImages",
  "s3:GetObject s3:photosbucket/builds/*",
  "s3:GetObjectVersion s3:photosbucket/builds/*",
];

/** The only statement of a role's trust, for a service that says for which account it asks, or for one that does not. */
const takenBy = (Service: string, account?: string) => ({
  Effect: "Allow",
  Principal: { Service },
  Action: "sts:AssumeRole",
  ...(account !== undefined && { Condition: { StringEquals: { "aws:SourceAccount": account } } }),
});

const ACCOUNT = "123456789012";
const ecsHost = "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role";

export interface Role {
  may: string[];
  takenBy: Omit<Statement, "Resource" | "Action">;
  /** Of AWS' own policies. */
  managed?: string[];
}

/** All roles of a stage with training whose images CodeBuild builds. */
export const roles: Record<string, Role> = {
  ApiRole: { may: publicFunction, takenBy: takenBy("lambda.amazonaws.com") },
  OwnerRole: { may: owner, takenBy: takenBy("lambda.amazonaws.com") },
  TrainingRole: { may: training, takenBy: takenBy("ecs-tasks.amazonaws.com", ACCOUNT) },
  TrainingStartRole: { may: containerStart, takenBy: takenBy("ecs-tasks.amazonaws.com", ACCOUNT) },
  TrainingImageRole: { may: imageBuild, takenBy: takenBy("codebuild.amazonaws.com", ACCOUNT) },
  TrainingHostRole: { may: [], takenBy: takenBy("ec2.amazonaws.com"), managed: [ecsHost] },
};
