import { expect } from "vitest";
import { all, type Graph, one } from "../../infra/graph.ts";
import { accountId } from "../../infra/mock-aws.ts";
import type { Promised } from "./promise.ts";

const file = "infra/alarms.ts";
const topicOf = (graph: Graph): string => one(graph, "TopicPolicy", "AlarmsPolicy").inputs.arn;

export const alarms: readonly Promised[] = [
  {
    promise:
      "alarms within five minutes of the first crash, the first 5xx answer and the first throttle of either function",
    in: "development",
    holds: (graph) => {
      const alarms = Object.fromEntries(all(graph, "MetricAlarm").map(({ name, inputs }) => [name, inputs]));
      const names = ["Api", "Owner"].flatMap((fn) => ["Errors", "Throttles", "Url5xxCount"].map((what) => fn + what));
      expect(Object.keys(alarms).sort()).toEqual(names);
      for (const [name, { alarmDescription, ...inputs }] of Object.entries(alarms)) {
        const [, fn, metricName] = /^(Api|Owner)(.+)$/.exec(name) ?? [];
        expect(inputs).toEqual({
          namespace: "AWS/Lambda",
          metricName,
          dimensions: { FunctionName: one(graph, "Function", `${fn}Function`).inputs.name },
          statistic: "Sum",
          period: 300,
          evaluationPeriods: 1,
          threshold: 0,
          comparisonOperator: "GreaterThanThreshold",
          treatMissingData: "notBreaching",
          alarmActions: [topicOf(graph)],
        });
        expect(alarmDescription).toMatch(
          /^whippet dev: the (Api|Owner) function's (errors|throttles|answers of status 500)/,
        );
      }
    },
    breaks: [
      { file, find: ', Throttles: "throttles"', put: "" },
      { file, find: 'Url5xxCount: "', put: 'Url4xxCount: "' },
      { file, find: "alarmActions: [topic.arn]", put: "alarmActions: []" },
      { file, find: "threshold: 0,", put: "threshold: 1000," },
      { file, find: "period: FIVE_MINUTES", put: "period: 86_400" },
      { file, find: "evaluationPeriods: 1", put: "evaluationPeriods: 50" },
      { file, find: 'statistic: "Sum"', put: 'statistic: "Average"' },
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
      const warns = {
        thresholdType: "PERCENTAGE",
        comparisonOperator: "GREATER_THAN",
        subscriberSnsTopicArns: [topicOf(graph)],
      };
      expect(inputs.notifications).toEqual([
        { notificationType: "ACTUAL", threshold: 80, ...warns },
        { notificationType: "FORECASTED", threshold: 100, ...warns },
      ]);
    },
    breaks: [
      { file: "sst.config.ts", find: "dollarsAMonth: 20 ", put: "dollarsAMonth: 20000 " },
      { file, find: "threshold: 80", put: "threshold: 800" },
      { file, find: '"GREATER_THAN"', put: '"LESS_THAN"' },
      { file, find: '"PERCENTAGE"', put: '"ABSOLUTE_VALUE"' },
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
    holds: (graph) => {
      expect(one(graph, "TopicSubscription", "AlarmsEmail").inputs).toMatchObject({
        topic: topicOf(graph),
        protocol: "email",
        endpoint: "owner@example.org",
      });
      expect(graph.outputs.alarms).toBe("to owner@example.org, once the mail from AWS is confirmed");
    },
    breaks: [{ file, find: "if (settings.email !== undefined)", put: "if (settings.email === undefined)" }],
  },
  {
    promise: "says so where alarms reach nobody",
    in: "development",
    holds: (graph) => {
      expect(all(graph, "TopicSubscription")).toEqual([]);
      expect(graph.outputs.alarms).toMatch(/^nobody is told: set email in sst\.config\.ts/);
    },
    breaks: [{ file: "sst.config.ts", find: "      ...alarms.outputs,\n", put: "" }],
  },
  {
    promise: "lets only AWS' events, and this account's alarms and budgets, publish alarms",
    in: "development",
    holds: (graph) => {
      const { arn, policy: document } = one(graph, "TopicPolicy", "AlarmsPolicy").inputs;
      const publish = { Effect: "Allow", Action: "sns:Publish", Resource: arn };
      expect(JSON.parse(document).Statement).toEqual([
        {
          ...publish,
          Principal: { Service: ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] },
          Condition: { StringEquals: { "aws:SourceAccount": accountId } },
        },
        { ...publish, Principal: { Service: "events.amazonaws.com" } },
      ]);
    },
    breaks: [
      {
        file,
        find: 'Principal: { Service: "events.amazonaws.com" }',
        put: 'Principal: { AWS: "*" }',
      },
      {
        file,
        find: '          Condition: { StringEquals: { "aws:SourceAccount": account().id } },\n',
        put: "",
      },
      { file, find: 'Action: "sns:Publish",', put: 'Action: "sns:*",' },
    ],
  },
];
