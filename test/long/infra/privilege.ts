import { expect } from "vitest";
import { all, environmentOf, type Graph, permissions, roles } from "../../infra/graph.ts";
import * as expected from "../../infra/permissions.ts";
import type { Promised } from "./promise.ts";

const roleMay = (graph: Graph, role: string, may: readonly string[]): void =>
  expect(permissions(graph, role), role).toEqual([...may].sort());

const api = "infra/api.ts";
const owner = "infra/owner.ts";
const image = "infra/codebuild.ts";
const training = "infra/training-roles.ts";
const policy = "infra/policy.ts";

export const privilege: readonly Promised[] = [
  {
    promise: "lets each role do what infra/README.md says of it, under those conditions, and nothing else",
    in: "development",
    holds: (graph) => {
      expect(
        roles(graph)
          .map(({ name }) => name)
          .sort(),
      ).toEqual(Object.keys(expected.roles).sort());
      for (const [role, { may }] of Object.entries(expected.roles)) roleMay(graph, role, may);
      // nothing is granted beside the roles' own policies
      for (const kind of ["RolePolicy", "RolePolicyAttachment", "Policy", "PolicyAttachment", "User"])
        expect(all(graph, kind), kind).toEqual([]);
    },
    breaks: [
      { file: api, find: '"s3:DeleteObject"]', put: '"s3:DeleteObject", "s3:ListBucket"]' },
      { file: api, find: "/uploads/*`", put: "/*`" },
      { file: api, find: 'settings.access === "key"', put: "true" },
      { file: api, find: 'readObjects(models.arn, "models")', put: 'readObjects(models.arn, "models", "keys")' },
      { file: policy, find: 'conditions: { StringLike: { "s3:prefix"', put: 'x: { StringLike: { "s3:prefix"' },
      { file: owner, find: "/models/*/current.json`", put: "/models/*`" },
      { file: owner, find: "resources: [batch.queue.arn,", put: 'resources: ["*",' },
      { file: owner, find: '"batch:TerminateJob"]', put: '"batch:*"]' },
      { file: owner, find: "resources: [roles.job.arn, roles.execution.arn]", put: 'resources: ["*"]' },
      { file: owner, find: '"iam:PassedToService": "ecs-tasks', put: '"iam:PassedToService": "ec2' },
      { file: owner, find: "`${logs}:log-stream:*`", put: '`${arnHere("logs", "*")}`' },
      {
        file: owner,
        find: 'actions: ["ecs:ListTasks"], resources: ["*"], conditions: onTheCluster',
        put: 'actions: ["ecs:ListTasks"], resources: ["*"]',
      },
      { file: training, find: '["s3:PutObject", "s3:DeleteObject"', put: '["s3:*"' },
      { file: training, find: "/trainings/*`", put: "/*`" },
      { file: training, find: '"feedback", "trainings"]', put: '"feedback", "trainings", "uploads"]' },
      {
        file: training,
        find: "writeLogs(logs)",
        put: 'writeLogs("arn:aws:logs:eu-central-1:123456789012:log-group:*")',
      },
      {
        file: training,
        find: "resources: [repository.arn]",
        put: 'resources: ["arn:aws:ecr:eu-central-1:123456789012:repository/*"]',
      },
      { file: image, find: "/builds/*`", put: "/*`" },
      {
        file: image,
        find: "writeLogs(logs.arn)",
        put: 'writeLogs("arn:aws:logs:eu-central-1:123456789012:log-group:*")',
      },
      {
        file: image,
        find: "resources: [repository.arn]",
        put: 'resources: ["arn:aws:ecr:eu-central-1:123456789012:repository/*"]',
      },
      { file: image, find: '"s3:GetObject", "s3:GetObjectVersion"', put: '"s3:*"' },
      {
        file: "infra/batch.ts",
        find: "    // what the ECS agent needs",
        put: '    inlinePolicies: [{ name: "more", policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: ["*"] }] }) }],\n    //',
      },
    ],
  },
  {
    promise: "lets each role be taken by one service of AWS, for this account where the service says for whom it asks",
    in: "development",
    holds: (graph) => {
      for (const { name, inputs } of roles(graph))
        expect(JSON.parse(inputs.assumeRolePolicy).Statement, name).toEqual([expected.roles[name]?.takenBy]);
    },
    breaks: [
      { file: "infra/function.ts", find: '  role.assumeRolePolicy = assumedBy("lambda.amazonaws.com");\n', put: "" },
      { file: policy, find: "Principal: { Service: service }", put: 'Principal: { AWS: "*" }' },
      { file: training, find: "assumedBy(TASKS, account().id)", put: "assumedBy(TASKS)" },
      {
        file: image,
        find: 'assumedBy("codebuild.amazonaws.com", account().id)',
        put: 'assumedBy("codebuild.amazonaws.com")',
      },
    ],
  },
  {
    promise: "takes none of AWS' ready-made policies but the one that an ECS host needs",
    in: "development",
    holds: (graph) => {
      for (const { name, inputs } of roles(graph))
        expect(inputs.managedPolicyArns ?? [], name).toEqual(expected.roles[name]?.managed ?? []);
    },
    breaks: [
      { file: "infra/function.ts", find: "  role.managedPolicyArns = [];\n", put: "" },
      { file: "infra/batch.ts", find: "service-role/AmazonEC2ContainerServiceforEC2Role", put: "AdministratorAccess" },
    ],
  },
  {
    promise: "makes no role for building images where docker builds them",
    in: "withDocker",
    holds: (graph) => expect(roles(graph).map(({ name }) => name)).not.toContain("TrainingImageRole"),
    breaks: [{ file: "infra/image.ts", find: "byDocker(build) ?", put: "byDocker(build) && false ?" }],
  },
  {
    promise: "lets the public function look keys up and count their use where access is by key",
    in: "withKeys",
    holds: (graph) => roleMay(graph, "ApiRole", expected.publicFunctionWithKeys),
    breaks: [
      { file: api, find: '"keys", "usage"', put: '"keys", "usage", "trainings"' },
      { file: api, find: "/usage/*`", put: "/*`" },
    ],
  },
  {
    promise: "lets the public function add feedback and count it, and the owner's see and delete it, where that is on",
    in: "withOptions",
    holds: (graph) => {
      roleMay(graph, "ApiRole", expected.publicFunctionWithFeedback);
      roleMay(graph, "OwnerRole", expected.ownerWithFeedback);
      expect(environmentOf(graph, "OwnerFunction").WHIPPET_FEEDBACK).toBe("1");
    },
    breaks: [
      { file: api, find: "/feedback/*`", put: "/*`" },
      { file: api, find: 'photoBucket.arn, "feedback"', put: 'photoBucket.arn, "feedback", "uploads"' },
      { file: owner, find: "${bucket}/feedback/*`", put: "${bucket}/*`" },
      { file: owner, find: "        WHIPPET_FEEDBACK:", put: "        FEEDBACK:" },
    ],
  },
  {
    promise: "lets the owner's function start nothing where there is no training",
    in: "withoutTraining",
    holds: (graph) => roleMay(graph, "OwnerRole", expected.ownerWithoutTrainings),
    breaks: [
      {
        file: owner,
        find: "...(training.deployed ?",
        put: '{ actions: ["batch:SubmitJob"], resources: ["*"] }, ...(training.deployed ?',
      },
    ],
  },
  {
    promise:
      "lets a training read the other buckets that the stage names, below those prefixes, and says which they are",
    in: "withOptions",
    holds: (graph) => {
      roleMay(graph, "TrainingRole", expected.trainingOfOtherBuckets);
      const photos = graph.outputs.WHIPPET_PHOTOS;
      const ours = ["photos", "datasets", "feedback", "trainings"].map((folder) => `${photos}/${folder}/`);
      expect(graph.outputs.WHIPPET_TRAINING_READS).toBe(
        [...ours, "s3://my-photos/dogs/", "s3://my-pictures/"].join(","),
      );
    },
    breaks: [
      { file: training, find: "          ...readsFrom.flatMap(readPlace),\n", put: "" },
      { file: training, find: "${arn}/${prefix}*`", put: "${arn}/*`" },
      { file: training, find: '"s3:prefix": [`${prefix}*`]', put: '"s3:prefix": ["*"]' },
      { file: training, find: "  ...others.map((place) => $util.output(place)),\n", put: "" },
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
      { file: training, find: '    namePrefix: rolePrefix("train"),\n', put: "" },
      { file: policy, find: "whippet-${$app.stage}", put: "${$app.stage}" },
    ],
  },
];
