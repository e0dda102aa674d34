import { expect } from "vitest";
import { all, type Graph, one } from "../../infra/graph.ts";
import type { Promised, Refused } from "./promise.ts";

const container = (graph: Graph) => JSON.parse(one(graph, "JobDefinition", "TrainingJob").inputs.containerProperties);
const cpuContainer = (graph: Graph) =>
  JSON.parse(one(graph, "TaskDefinition", "CpuTrainingTask").inputs.containerDefinitions)[0];

export const images: readonly (Promised | Refused)[] = [
  {
    promise: "builds the images by docker where there is one, and trains with what was built",
    in: "withDocker",
    holds: (graph) => {
      expect(all(graph, "Project")).toEqual([]);
      const images = all(graph, "Image").map(({ inputs }) => inputs);
      expect(images.map(({ target }) => target).sort()).toEqual(["cpu", "gpu"]);
      for (const { platforms, push, tags } of images) {
        expect({ platforms, push }).toEqual({ platforms: ["linux/amd64"], push: true });
        expect(tags[0]).toMatch(/TrainingImages-0000000:(gpu|cpu)-[0-9a-f]{16}$/);
      }
      expect(container(graph).image).toMatch(/:gpu-[0-9a-f]{16}@sha256:/);
      expect(cpuContainer(graph).image).toMatch(/:cpu-[0-9a-f]{16}@sha256:/);
    },
    breaks: [
      { file: "infra/image.ts", find: "  return there;", put: "  return false;" },
      { file: "infra/image.ts", find: 'gpu: image("gpu")', put: 'gpu: image("cpu")' },
      { file: "infra/image.ts", find: "push: true", put: "push: false" },
    ],
  },
  {
    promise: "has CodeBuild build the images where there is no docker, and lets nothing use them before",
    in: "development",
    holds: (graph) => {
      expect(all(graph, "Image")).toEqual([]);
      const { environment, source } = one(graph, "Project", "TrainingImageBuild").inputs;
      expect(environment.privilegedMode).toBe(true);
      expect(source).toMatchObject({ type: "S3", location: expect.stringMatching(/\/builds\/[0-9a-f]{16}\.zip$/) });
      const run = one(graph, "Command", "TrainingImageRun");
      expect(run.inputs.create).toBe("node infra/run-codebuild.ts");
      expect(run.inputs.update).toBeUndefined();
      expect(run.inputs.environment.HASH).toMatch(/^[0-9a-f]{16}$/);
      expect(run.dependsOn).toEqual(expect.arrayContaining(["TrainingImageSource", "TrainingImageBuild"]));
      expect(container(graph).image).toBe(
        `123456789012.dkr.ecr.eu-central-1.amazonaws.com/TrainingImages-0000000:gpu-${run.inputs.environment.HASH}`,
      );
      for (const [kind, name] of [
        ["JobDefinition", "TrainingJob"],
        ["TaskDefinition", "CpuTrainingTask"],
      ] as const)
        expect(one(graph, kind, name).dependsOn).toContain("TrainingImageRun");
    },
    breaks: [
      { file: "infra/codebuild.ts", find: "privilegedMode: true", put: "privilegedMode: false" },
      { file: "infra/codebuild.ts", find: "HASH: hash, AWS_REGION", put: "AWS_REGION" },
      { file: "infra/codebuild.ts", find: "repository.repositoryUrl, build.stdout]", put: "repository.repositoryUrl]" },
    ],
  },
  {
    promise: "keeps the images of the deploy that runs and of the one before, encrypted and scanned",
    in: "development",
    holds: (graph) => {
      expect(one(graph, "Repository", "TrainingImages").inputs).toMatchObject({
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "AES256" }],
      });
      const { repository, policy } = one(graph, "LifecyclePolicy", "TrainingImagesKept").inputs;
      expect(repository).toBe("TrainingImages-0000000");
      expect(JSON.parse(policy).rules).toEqual([
        {
          rulePriority: 1,
          // two targets, of two deploys
          selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 4 },
          action: { type: "expire" },
        },
      ]);
    },
    breaks: [
      { file: "infra/image.ts", find: "IMAGES_KEPT = 4", put: "IMAGES_KEPT = 1" },
      { file: "infra/image.ts", find: "scanOnPush: true", put: "scanOnPush: false" },
    ],
  },
  {
    promise: "is refused where docker is demanded and missing, rather than take the training away",
    in: "dockerMissing",
    refuses:
      /training\.build is docker in sst\.config\.ts, but no docker answers .*set training\.build to "auto".*Nothing was deployed/,
    breaks: [{ file: "infra/image.ts", find: 'build === "docker" && !there', put: "false" }],
  },
];
