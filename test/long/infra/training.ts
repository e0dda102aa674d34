import { expect } from "vitest";
import { all, environmentOf, type Graph, one } from "../../infra/graph.ts";
import type { Promised } from "./promise.ts";

const batch = "infra/batch.ts";
const container = (graph: Graph) => JSON.parse(one(graph, "JobDefinition", "TrainingJob").inputs.containerProperties);
const task = (graph: Graph) => one(graph, "TaskDefinition", "CpuTrainingTask").inputs;
const cpuContainer = (graph: Graph) => JSON.parse(task(graph).containerDefinitions)[0];

export const training: readonly Promised[] = [
  {
    promise:
      "trains small sets on Fargate, as the same role, with room for the photos, an end to its time, and two minutes to save in",
    in: "development",
    holds: (graph) => {
      expect(task(graph)).toMatchObject({
        requiresCompatibilities: ["FARGATE"],
        cpu: "4096",
        memory: "16384",
        ephemeralStorage: { sizeInGib: 50 },
        taskRoleArn: "arn:aws:iam::123456789012:role/whippet-dev-train-0000000",
        executionRoleArn: "arn:aws:iam::123456789012:role/whippet-dev-start-0000000",
      });
      expect(cpuContainer(graph)).toMatchObject({ stopTimeout: 120 });
      // Fargate itself ends nothing for its time
      expect(cpuContainer(graph).environment).toContainEqual({ name: "WHIPPET_HOURS", value: "6" });
      expect(container(graph)).toMatchObject({
        jobRoleArn: "arn:aws:iam::123456789012:role/whippet-dev-train-0000000",
        executionRoleArn: "arn:aws:iam::123456789012:role/whippet-dev-start-0000000",
      });
    },
    breaks: [
      { file: "infra/cpu-task.ts", find: "    taskRole: roles.job.name,\n", put: "" },
      { file: "infra/cpu-task.ts", find: "    executionRole: roles.execution.name,\n", put: "" },
      { file: "infra/cpu-task.ts", find: "    storage: DISK,\n", put: "" },
      { file: "infra/cpu-task.ts", find: ", WHIPPET_HOURS: String(hours)", put: "" },
      { file: "infra/cpu-task.ts", find: "stopTimeout: 120", put: "stopTimeout: 30" },
      { file: batch, find: "      jobRoleArn: roles.job.arn,\n", put: "" },
    ],
  },
  {
    promise: "prints where trainings run, and tells the owner's function the same",
    in: "development",
    holds: (graph) => {
      const environment = environmentOf(graph, "OwnerFunction");
      const names = Object.keys(graph.outputs).filter((name) => name.startsWith("WHIPPET_"));
      expect(names.sort()).toEqual([
        "WHIPPET_CPU_CLUSTER",
        "WHIPPET_CPU_SECURITY_GROUPS",
        "WHIPPET_CPU_SUBNETS",
        "WHIPPET_CPU_TASK",
        "WHIPPET_JOB_DEFINITION",
        "WHIPPET_JOB_LOGS",
        "WHIPPET_JOB_QUEUE",
        "WHIPPET_PHOTOS",
        "WHIPPET_STORE",
        "WHIPPET_TRAINING_READS",
      ]);
      for (const name of names) {
        expect(graph.outputs[name], name).toBeTruthy();
        expect(environment[name], name).toBe(graph.outputs[name]);
      }
      expect(environment).toHaveProperty("WHIPPET_TOKEN");
    },
    breaks: [
      { file: "infra/training.ts", find: "WHIPPET_JOB_QUEUE:", put: "WHIPPET_QUEUE:" },
      { file: "infra/owner.ts", find: "        ...environment,\n", put: "" },
      { file: "sst.config.ts", find: "WHIPPET_STORE: buckets.store", put: "WHIPPET_STORE: buckets.photos" },
    ],
  },
  {
    promise: "tells both kinds of training where photos and models lie, and logs both in one place",
    in: "development",
    holds: (graph) => {
      for (const { environment, logConfiguration } of [container(graph), cpuContainer(graph)]) {
        expect(environment).toContainEqual({ name: "WHIPPET_STORE", value: graph.outputs.WHIPPET_STORE });
        expect(environment).toContainEqual({ name: "WHIPPET_PHOTOS", value: graph.outputs.WHIPPET_PHOTOS });
        expect(environment).toContainEqual({ name: "AWS_REGION", value: "eu-central-1" });
        expect(logConfiguration.options["awslogs-group"]).toBe(graph.outputs.WHIPPET_JOB_LOGS);
      }
    },
    breaks: [
      { file: "infra/training.ts", find: "    WHIPPET_PHOTOS: buckets.photos,\n", put: "" },
      { file: batch, find: '"awslogs-group": logs', put: '"awslogs-group": "elsewhere"' },
      { file: "infra/cpu-task.ts", find: "name: logs, ", put: "" },
    ],
  },
  {
    promise: "serves and promotes without training where a stage wants none",
    in: "withoutTraining",
    holds: (graph) => {
      expect(graph.resources.filter(({ type }) => /^aws:(batch|ec2|ecs|ecr|codebuild)/.test(type))).toEqual([]);
      expect(
        all(graph, "Function")
          .map(({ name }) => name)
          .sort(),
      ).toEqual(["ApiFunction", "OwnerFunction"]);
      expect(Object.keys(environmentOf(graph, "OwnerFunction")).filter((name) => /JOB|CPU/.test(name))).toEqual([]);
      expect(graph.outputs.training).toMatch(/^off/);
    },
    breaks: [{ file: "infra/training.ts", find: "if (!settings.on)", put: "if (false)" }],
  },
];
