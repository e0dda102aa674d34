/** The training images, built inside AWS where the deploying machine has no docker. About 10 minutes, $0.10 a build. */
import { join } from "node:path";
import { account } from "./account.ts";
import type { Buckets } from "./buckets.ts";
import { dockerfile, imageContext } from "./image-context.ts";
import { assumedBy, policyDocument, rolePrefix, writeLogs } from "./policy.ts";

/** Builds both targets of the Dockerfile, and pushes them once both are there. */
const buildspec = JSON.stringify({
  version: 0.2,
  phases: {
    pre_build: {
      commands: [
        "aws ecr get-login-password | docker login --username AWS --password-stdin " + '"$' + "{REPOSITORY%%/*}" + '"',
      ],
    },
    build: {
      commands: ["gpu", "cpu"].map(
        (target) => `docker build --target ${target} --tag "$REPOSITORY:${target}-$HASH" --file ${dockerfile} .`,
      ),
    },
    post_build: {
      commands: [
        'test "$CODEBUILD_BUILD_SUCCEEDING" = 1',
        ...["gpu", "cpu"].map((target) => `docker push "$REPOSITORY:${target}-$HASH"`),
      ],
    },
  },
});

/** @param hash of what the images are built from */
export const createCodeBuild = ({ photoBucket }: Buckets, repository: aws.ecr.Repository, hash: string) => {
  const source = new aws.s3.BucketObjectv2("TrainingImageSource", {
    bucket: photoBucket.name,
    key: `builds/${hash}.zip`,
    source: new $util.asset.AssetArchive(
      Object.fromEntries(
        imageContext.map((path) => {
          const from = join($cli.paths.root, path);
          const isFile = path.includes(".");
          return [path, isFile ? new $util.asset.FileAsset(from) : new $util.asset.FileArchive(from)];
        }),
      ),
    ),
  });
  const logs = new aws.cloudwatch.LogGroup("TrainingImageLogs", { retentionInDays: 30 });
  const role = new aws.iam.Role("TrainingImageRole", {
    namePrefix: rolePrefix("image"),
    assumeRolePolicy: assumedBy("codebuild.amazonaws.com", account().id),
    inlinePolicies: [
      {
        name: "build",
        policy: policyDocument([
          { actions: ["s3:GetObject", "s3:GetObjectVersion"], resources: [$interpolate`${photoBucket.arn}/builds/*`] },
          // takes no ARN
          { actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
          {
            actions: [
              "ecr:BatchCheckLayerAvailability",
              "ecr:InitiateLayerUpload",
              "ecr:UploadLayerPart",
              "ecr:CompleteLayerUpload",
              "ecr:PutImage",
            ],
            resources: [repository.arn],
          },
          writeLogs(logs.arn),
        ]),
      },
    ],
  });
  const project = new aws.codebuild.Project("TrainingImageBuild", {
    serviceRole: role.arn,
    artifacts: { type: "NO_ARTIFACTS" },
    environment: {
      type: "LINUX_CONTAINER",
      computeType: "BUILD_GENERAL1_MEDIUM",
      image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
      // docker inside the build
      privilegedMode: true,
      environmentVariables: [{ name: "REPOSITORY", value: repository.repositoryUrl }],
    },
    source: { type: "S3", location: $interpolate`${photoBucket.name}/${source.key}`, buildspec },
    logsConfig: { cloudwatchLogs: { status: "ENABLED", groupName: logs.name } },
    buildTimeout: 60,
  });
  const build = new command.local.Command(
    "TrainingImageRun",
    {
      // again whenever the hash changes
      create: "node infra/run-codebuild.ts",
      dir: $cli.paths.root,
      environment: { PROJECT: project.name, HASH: hash, AWS_REGION: account().region },
    },
    { dependsOn: [source, project] },
  );
  const image = (target: "gpu" | "cpu") =>
    // the tag is known beforehand, but whoever uses the image waits until it is there
    $util.all([repository.repositoryUrl, build.stdout]).apply(([url]) => `${url}:${target}-${hash}`);
  return { gpu: image("gpu"), cpu: image("cpu") };
};
