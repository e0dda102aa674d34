/** The containers that train, one with CUDA and one without: a repository, and who builds into it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Buckets } from "./buckets.ts";
import { createCodeBuild } from "./codebuild.ts";
import { contentHash } from "./content-hash.ts";
import { dockerfile, imageContext } from "./image-context.ts";
import type { TrainingSettings } from "./settings.ts";

export interface Images {
  repository: aws.ecr.Repository;
  /** References that name one image for good: by digest, or by a tag that is the hash of what it was built from. */
  gpu: $util.Output<string>;
  cpu: $util.Output<string>;
}

/** Two deploys' images: the one that runs and the one before. */
const IMAGES_KEPT = 4;

const hasDocker = (): boolean => spawnSync("docker", ["info"], { stdio: "ignore", timeout: 20_000 }).status === 0;

/**
 * Whether docker builds the images, or else CodeBuild.
 * @throws Error where docker is demanded and missing: to leave the training out would take away a queue that is there, and
 *   whatever runs on it
 */
const byDocker = (build: TrainingSettings["build"]): boolean => {
  if (build === "codebuild") return false;
  const there = hasDocker();
  if (build === "docker" && !there)
    throw new Error(
      "training.build is docker in sst.config.ts, but no docker answers on this machine (`docker info` fails). Start it, set " +
        'training.build to "auto", so that AWS CodeBuild builds the image, or set training.on to false. Nothing was deployed.',
    );
  return there;
};

export const createImages = (buckets: Buckets, build: TrainingSettings["build"]): Images => {
  const repository = new aws.ecr.Repository("TrainingImages", {
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfigurations: [{ encryptionType: "AES256" }],
    forceDelete: $app.removal === "remove",
  });
  new aws.ecr.LifecyclePolicy("TrainingImagesKept", {
    repository: repository.name,
    policy: JSON.stringify({
      rules: [
        {
          rulePriority: 1,
          selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: IMAGES_KEPT },
          action: { type: "expire" },
        },
      ],
    }),
  });
  const hash = contentHash($cli.paths.root, imageContext);
  return {
    repository,
    ...(byDocker(build) ? withDocker(repository, hash) : createCodeBuild(buckets, repository, hash)),
  };
};

const withDocker = (repository: aws.ecr.Repository, hash: string) => {
  const login = aws.ecr.getAuthorizationTokenOutput({ registryId: repository.registryId });
  const image = (target: "gpu" | "cpu") =>
    new dockerbuild.Image(`TrainingImage${target.toUpperCase()}`, {
      context: { location: $cli.paths.root },
      dockerfile: { location: join($cli.paths.root, dockerfile) },
      target,
      platforms: ["linux/amd64"],
      tags: [$interpolate`${repository.repositoryUrl}:${target}-${hash}`],
      push: true,
      registries: [{ address: login.proxyEndpoint, username: login.userName, password: $util.secret(login.password) }],
    }).ref;
  return { gpu: image("gpu"), cpu: image("cpu") };
};
