import { expect } from "vitest";
import { all, environmentOf, one, permissions, roles, statementsOf } from "../../infra/graph.ts";
import type { Promised } from "./promise.ts";

/** What IAM grants on everything or not at all. Source: AWS' service authorization reference. */
const withoutArn = new Set([
  "batch:DescribeJobs",
  "batch:ListJobs",
  "ecr:GetAuthorizationToken",
  "ecs:DescribeTaskDefinition",
  "ecs:ListTasks",
]);

const onTheCluster = 'if {"ArnEquals":{"ecs:cluster":["ecs:cluster/CpuClusterCluster"]}}';
const toTasks = 'if {"StringEquals":{"iam:PassedToService":["ecs-tasks.amazonaws.com"]}}';
const below = (...prefixes: string[]) =>
  `if ${JSON.stringify({ StringLike: { "s3:prefix": prefixes.map((prefix) => `${prefix}/*`) } })}`;

const ownerWithoutTrainings = [
  "logs:CreateLogStream logs:log-group:OwnerLogs:*",
  "logs:PutLogEvents logs:log-group:OwnerLogs:*",
  "s3:GetObject s3:modelsbucket/models/*",
  `s3:ListBucket s3:modelsbucket ${below("models")}`,
  "s3:PutObject s3:modelsbucket/models/*/current.json",
];

const ownerOfTrainings = [
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

const publicFunction = [
  "logs:CreateLogStream logs:log-group:ApiLogs:*",
  "logs:PutLogEvents logs:log-group:ApiLogs:*",
  "s3:DeleteObject s3:photosbucket/uploads/*",
  "s3:GetObject s3:modelsbucket/models/*",
  "s3:GetObject s3:photosbucket/uploads/*",
  `s3:ListBucket s3:modelsbucket ${below("models")}`,
  "s3:PutObject s3:photosbucket/uploads/*",
];

export const privilege: readonly Promised[] = [
  {
    promise: "lets the public function read and list models, keep its own uploads, write its own log, and nothing else",
    in: "development",
    holds: (graph) => expect(permissions(graph, "ApiRole")).toEqual(publicFunction),
    breaks: [
      { file: "infra/api.ts", find: '"s3:DeleteObject"]', put: '"s3:DeleteObject", "s3:ListBucket"]' },
      { file: "infra/api.ts", find: "/uploads/*`", put: "/*`" },
      { file: "infra/api.ts", find: 'settings.access === "key"', put: "true" },
      {
        file: "infra/api.ts",
        find: 'readObjects(models.arn, "models")',
        put: 'readObjects(models.arn, "models", "keys")',
      },
      {
        file: "infra/policy.ts",
        find: 'conditions: { StringLike: { "s3:prefix"',
        put: 'x: { StringLike: { "s3:prefix"',
      },
    ],
  },
  {
    promise: "lets the public function look keys up and count their use where access is by key",
    in: "withKeys",
    holds: (graph) =>
      expect(permissions(graph, "ApiRole")).toEqual(
        [
          ...publicFunction,
          "s3:GetObject s3:modelsbucket/keys/*",
          "s3:GetObject s3:modelsbucket/usage/*",
          `s3:ListBucket s3:modelsbucket ${below("keys", "usage")}`,
          "s3:PutObject s3:modelsbucket/usage/*",
        ].sort(),
      ),
    breaks: [
      { file: "infra/api.ts", find: '"keys", "usage"', put: '"keys", "usage", "trainings"' },
      { file: "infra/api.ts", find: "/usage/*`", put: "/*`" },
    ],
  },
  {
    promise: "lets the public function add feedback where that is on",
    in: "withOptions",
    holds: (graph) =>
      expect(permissions(graph, "ApiRole")).toEqual(
        [...publicFunction, "s3:PutObject s3:photosbucket/feedback/*"].sort(),
      ),
    breaks: [{ file: "infra/api.ts", find: "/feedback/*`", put: "/*`" }],
  },
  {
    promise: "lets the owner's function see and delete feedback where that is on",
    in: "withOptions",
    holds: (graph) => {
      expect(permissions(graph, "OwnerRole")).toEqual(
        [
          ...ownerWithoutTrainings,
          ...ownerOfTrainings,
          "s3:DeleteObject s3:photosbucket/feedback/*",
          "s3:GetObject s3:photosbucket/feedback/*",
          `s3:ListBucket s3:photosbucket ${below("feedback")}`,
        ].sort(),
      );
      expect(environmentOf(graph, "OwnerFunction").WHIPPET_FEEDBACK).toBe("1");
    },
    breaks: [
      { file: "infra/owner.ts", find: "${bucket}/feedback/*`", put: "${bucket}/*`" },
      { file: "infra/owner.ts", find: "        WHIPPET_FEEDBACK:", put: "        FEEDBACK:" },
    ],
  },
  {
    promise:
      "lets the owner's function write pointers and start, see and end trainings of this deploy, and nothing else",
    in: "development",
    holds: (graph) =>
      expect(permissions(graph, "OwnerRole")).toEqual([...ownerWithoutTrainings, ...ownerOfTrainings].sort()),
    breaks: [
      { file: "infra/owner.ts", find: "/models/*/current.json`", put: "/models/*`" },
      { file: "infra/owner.ts", find: "resources: [batch.queue.arn,", put: 'resources: ["*",' },
      { file: "infra/owner.ts", find: '"batch:TerminateJob"]', put: '"batch:*"]' },
      { file: "infra/owner.ts", find: "resources: [roles.job.arn, roles.execution.arn]", put: 'resources: ["*"]' },
      { file: "infra/owner.ts", find: '"iam:PassedToService": "ecs-tasks', put: '"iam:PassedToService": "ec2' },
      { file: "infra/owner.ts", find: "`${logs}:log-stream:*`", put: '`${arnHere("logs", "*")}`' },
    ],
  },
  {
    promise: "lets the owner's function start nothing where there is no training",
    in: "withoutTraining",
    holds: (graph) => expect(permissions(graph, "OwnerRole")).toEqual(ownerWithoutTrainings),
    breaks: [
      {
        file: "infra/owner.ts",
        find: "...(training.deployed ?",
        put: '{ actions: ["batch:SubmitJob"], resources: ["*"] }, ...(training.deployed ?',
      },
    ],
  },
  {
    promise: "lets a training read photos, keep its checkpoints and publish models, and nothing else",
    in: "development",
    holds: (graph) =>
      expect(permissions(graph, "TrainingRole")).toEqual([
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
      ]),
    breaks: [
      { file: "infra/training-roles.ts", find: '["s3:PutObject", "s3:DeleteObject"', put: '["s3:*"' },
      { file: "infra/training-roles.ts", find: "/trainings/*`", put: "/*`" },
      { file: "infra/training-roles.ts", find: '"feedback", "trainings")', put: '"feedback", "trainings", "uploads")' },
    ],
  },
  {
    promise: "grants no whole service, and everything only where AWS knows no ARN",
    in: "development",
    holds: (graph) => {
      expect(roles(graph).length).toBeGreaterThan(5);
      for (const role of roles(graph))
        for (const { Effect, Action, Resource } of statementsOf(role)) {
          expect(Effect).toBe("Allow");
          for (const action of Action) expect(action, role.name).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
          if (Resource.includes("*"))
            expect(
              Action.filter((action) => !withoutArn.has(action)),
              role.name,
            ).toEqual([]);
        }
    },
    breaks: [
      { file: "infra/codebuild.ts", find: '"s3:GetObject", "s3:GetObjectVersion"', put: '"s3:*"' },
      { file: "infra/codebuild.ts", find: "resources: [repository.arn]", put: 'resources: ["*"]' },
      { file: "infra/training-roles.ts", find: "resources: [repository.arn]", put: 'resources: ["*"]' },
    ],
  },
  {
    promise: "takes none of AWS' ready-made policies but the one that an ECS host needs",
    in: "development",
    holds: (graph) =>
      expect(
        roles(graph)
          .filter(({ inputs }) => (inputs.managedPolicyArns ?? []).length > 0)
          .map(({ name, inputs }) => [name, inputs.managedPolicyArns]),
      ).toEqual([["TrainingHostRole", ["arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"]]]),
    breaks: [
      { file: "infra/function.ts", find: "  role.managedPolicyArns = [];\n", put: "" },
      { file: "infra/batch.ts", find: "service-role/AmazonEC2ContainerServiceforEC2Role", put: "AdministratorAccess" },
    ],
  },
  {
    promise: "lets each role be taken by one service of AWS and nobody else",
    in: "development",
    holds: (graph) => {
      const takers = roles(graph).map(({ name, inputs }) => {
        const statements = JSON.parse(inputs.assumeRolePolicy).Statement;
        expect(statements, name).toHaveLength(1);
        return [name, statements[0].Principal];
      });
      expect(Object.fromEntries(takers)).toEqual({
        ApiRole: { Service: "lambda.amazonaws.com" },
        OwnerRole: { Service: "lambda.amazonaws.com" },
        TrainingHostRole: { Service: "ec2.amazonaws.com" },
        TrainingImageRole: { Service: "codebuild.amazonaws.com" },
        TrainingRole: { Service: "ecs-tasks.amazonaws.com" },
        TrainingStartRole: { Service: "ecs-tasks.amazonaws.com" },
      });
    },
    breaks: [
      { file: "infra/function.ts", find: '  role.assumeRolePolicy = assumedBy("lambda.amazonaws.com");\n', put: "" },
      { file: "infra/policy.ts", find: "Principal: { Service: service }", put: 'Principal: { AWS: "*" }' },
    ],
  },
  {
    promise: "names every role and function so that who deploys can be held to those",
    in: "production",
    holds: (graph) => {
      for (const { name, inputs } of [...roles(graph), ...all(graph, "InstanceProfile"), ...all(graph, "Function")])
        expect(inputs.name ?? inputs.namePrefix, name).toMatch(/^whippet-production-/);
    },
    breaks: [
      { file: "infra/training-roles.ts", find: '    namePrefix: rolePrefix("train"),\n', put: "" },
      { file: "infra/policy.ts", find: "whippet-${$app.stage}", put: "${$app.stage}" },
    ],
  },
  {
    promise: "lets only AWS' alarms, budgets and events publish alarms",
    in: "development",
    holds: (graph) => {
      const { Statement } = JSON.parse(one(graph, "TopicPolicy", "AlarmsPolicy").inputs.policy);
      expect(Statement.map(({ Principal }: { Principal: { Service: unknown } }) => Principal)).toEqual([
        { Service: ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] },
        { Service: "events.amazonaws.com" },
      ]);
      for (const { Action, Resource } of Statement) {
        expect(Action).toBe("sns:Publish");
        expect(Resource).toBe(all(graph, "TopicPolicy")[0]?.inputs.arn);
      }
    },
    breaks: [
      {
        file: "infra/alarms.ts",
        find: 'Principal: { Service: "events.amazonaws.com" }',
        put: 'Principal: { AWS: "*" }',
      },
    ],
  },
];
