/**
 * The owner's routes, a function and a URL of their own: promote, roll back, start and follow trainings, clear
 * feedback. Its token is
 * `npx sst secret set OwnerToken …`; without one these routes do not exist (404).
 */
import { arnHere } from "./account.ts";
import type { Buckets } from "./buckets.ts";
import { createFunction } from "./function.ts";
import { readObjects, type Statement } from "./policy.ts";
import type { Settings } from "./settings.ts";
import type { Training } from "./training.ts";

/** It runs no model. */
const MEGABYTES = 512;

export const createOwner = (
  { models, photoBucket, store, photos }: Buckets,
  training: Training,
  settings: Settings,
) => {
  const token = new sst.Secret("OwnerToken", "");
  const { training: _state, ...environment } = training.outputs;
  const owner = createFunction(
    "Owner",
    {
      bundle: "owner",
      memory: MEGABYTES,
      environment: {
        WHIPPET_STORE: store,
        WHIPPET_PHOTOS: photos,
        WHIPPET_TOKEN: token.value,
        WHIPPET_FEEDBACK: settings.feedback ? "1" : "",
        ...environment,
      },
      statements: [
        ...readObjects(models.arn, "models"),
        { actions: ["s3:PutObject"], resources: [$interpolate`${models.arn}/models/*/current.json`] },
        ...(settings.feedback ? mayClear(photoBucket.arn) : []),
        ...(training.deployed ? mayTrain(training.deployed) : []),
      ],
      url: { cors: false },
    },
    settings,
  );
  return { function: owner, url: owner.url };
};

/** Sees feedback, and deletes it. */
const mayClear = (bucket: $util.Output<string>): Statement[] => [
  ...readObjects(bucket, "feedback"),
  { actions: ["s3:DeleteObject"], resources: [$interpolate`${bucket}/feedback/*`] },
];

const mayTrain = ({ batch, cpu, roles, logs }: NonNullable<Training["deployed"]>): Statement[] => {
  const onTheCluster = { ArnEquals: { "ecs:cluster": cpu.cluster } };
  const family = cpu.nodes.taskDefinition.apply(({ family }) => family);
  return [
    {
      actions: ["batch:SubmitJob"],
      resources: [batch.queue.arn, batch.definition.arnPrefix, $interpolate`${batch.definition.arnPrefix}:*`],
    },
    // ends one that waits as well as one that runs
    { actions: ["batch:TerminateJob"], resources: [arnHere("batch", "job/*")] },
    // These take no ARN, the last one a condition. Sources: list_awsbatch.html and list_amazonelasticcontainerservice.html of
    // https://docs.aws.amazon.com/service-authorization/latest/reference/
    { actions: ["batch:DescribeJobs", "batch:ListJobs"], resources: ["*"] },
    { actions: ["ecs:DescribeTaskDefinition"], resources: ["*"] },
    { actions: ["ecs:ListTasks"], resources: ["*"], conditions: onTheCluster },
    {
      actions: ["ecs:RunTask"],
      resources: [arnHere("ecs", $interpolate`task-definition/${family}:*`)],
      conditions: onTheCluster,
    },
    {
      actions: ["ecs:DescribeTasks", "ecs:StopTask"],
      resources: [cpu.cluster.apply((arn) => `${arn.replace(":cluster/", ":task/")}/*`)],
      conditions: onTheCluster,
    },
    {
      actions: ["iam:PassRole"],
      resources: [roles.job.arn, roles.execution.arn],
      conditions: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    { actions: ["logs:GetLogEvents"], resources: [$interpolate`${logs}:log-stream:*`] },
  ];
};
