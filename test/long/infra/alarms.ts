import { expect } from "vitest";
import { all, type Graph, one } from "../../infra/graph.ts";
import type { Promised } from "./promise.ts";

const file = "infra/alarms.ts";
const topicOf = (graph: Graph): string => one(graph, "TopicPolicy", "AlarmsPolicy").inputs.arn;

export const alarms: readonly Promised[] = [
  {
    promise: "alarms at the first error and the first throttle of either function",
    in: "development",
    holds: (graph) => {
      const alarms = all(graph, "MetricAlarm");
      expect(alarms.map(({ name }) => name).sort()).toEqual([
        "ApiErrors",
        "ApiThrottles",
        "OwnerErrors",
        "OwnerThrottles",
      ]);
      for (const { name, inputs } of alarms) {
        const [, fn, metricName] = /^(Api|Owner)(Errors|Throttles)$/.exec(name) ?? [];
        expect(inputs).toMatchObject({
          namespace: "AWS/Lambda",
          metricName,
          dimensions: { FunctionName: one(graph, "Function", `${fn}Function`).inputs.name },
          threshold: 0,
          comparisonOperator: "GreaterThanThreshold",
          alarmActions: [topicOf(graph)],
        });
      }
    },
    breaks: [
      { file, find: '["Errors", "Throttles"]', put: '["Errors"]' },
      { file, find: "alarmActions: [topic.arn]", put: "alarmActions: []" },
      { file, find: "threshold: 0,", put: "threshold: 1000," },
      { file: "sst.config.ts", find: "Owner: owner.function", put: "Owner: api.function" },
    ],
  },
  {
    promise: "tells of every training that failed, on a GPU or on Fargate",
    in: "development",
    holds: (graph) => {
      const patterns = all(graph, "EventRule").map(({ name, inputs }) => [name, JSON.parse(inputs.eventPattern)]);
      expect(Object.fromEntries(patterns)).toEqual({
        FailedJobs: {
          source: ["aws.batch"],
          "detail-type": ["Batch Job State Change"],
          detail: { status: ["FAILED"], jobQueue: [graph.outputs.WHIPPET_JOB_QUEUE] },
        },
        FailedCpuTasks: {
          source: ["aws.ecs"],
          "detail-type": ["ECS Task State Change"],
          detail: {
            clusterArn: [graph.outputs.WHIPPET_CPU_CLUSTER],
            lastStatus: ["STOPPED"],
            $or: [{ containers: { exitCode: [{ "anything-but": [0] }] } }, { stopCode: ["TaskFailedToStart"] }],
          },
        },
      });
      expect(
        all(graph, "EventTarget")
          .map(({ inputs }) => [inputs.rule, inputs.arn])
          .sort(),
      ).toEqual([
        ["FailedCpuTasks-0000000", topicOf(graph)],
        ["FailedJobs-0000000", topicOf(graph)],
      ]);
    },
    breaks: [
      { file, find: 'status: ["FAILED"]', put: 'status: ["SUCCEEDED"]' },
      { file, find: "jobQueue: [batch.queue.arn]", put: 'jobQueue: ["elsewhere"]' },
      { file, find: '"anything-but": [0]', put: '"anything-but": [1]' },
      { file, find: ', { stopCode: ["TaskFailedToStart"] }', put: "" },
      { file, find: "rule: rule.name, arn: topic.arn", put: "rule: rule.name, arn: rule.arn" },
    ],
  },
  {
    promise: "warns when the month's bill nears its budget",
    in: "development",
    holds: (graph) => {
      const { inputs } = one(graph, "Budget", "Budget");
      expect(inputs).toMatchObject({ budgetType: "COST", timeUnit: "MONTHLY", limitAmount: "20", limitUnit: "USD" });
      expect(inputs.notifications).toHaveLength(2);
      expect(inputs.notifications).toMatchObject([
        { notificationType: "ACTUAL", threshold: 80, subscriberSnsTopicArns: [topicOf(graph)] },
        { notificationType: "FORECASTED", threshold: 100, subscriberSnsTopicArns: [topicOf(graph)] },
      ]);
    },
    breaks: [
      { file: "sst.config.ts", find: "dollarsAMonth: 20 ", put: "dollarsAMonth: 20000 " },
      { file, find: "threshold: 80", put: "threshold: 800" },
      { file, find: "subscriberSnsTopicArns: [topic.arn]", put: "subscriberSnsTopicArns: []" },
    ],
  },
  {
    promise: "lets production spend what production was given",
    in: "production",
    holds: (graph) => expect(one(graph, "Budget", "Budget").inputs.limitAmount).toBe("100"),
    breaks: [{ file: "sst.config.ts", find: "  production: { budget: { dollarsAMonth: 100 } },\n", put: "" }],
  },
  {
    promise: "writes to the owner where an address is given",
    in: "withOptions",
    holds: (graph) =>
      expect(one(graph, "TopicSubscription", "AlarmsEmail").inputs).toMatchObject({
        topic: topicOf(graph),
        protocol: "email",
        endpoint: "owner@example.org",
      }),
    breaks: [{ file, find: "if (settings.email !== undefined)", put: "if (settings.email === undefined)" }],
  },
];
