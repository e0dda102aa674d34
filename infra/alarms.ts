/** Who is told when something goes wrong: a topic with alarms on both functions, failed trainings, and the month's bill. */
import { account } from "./account.ts";
import type { Settings } from "./settings.ts";
import type { Training } from "./training.ts";

export interface Watched {
  /** By the name that their alarms carry. */
  functions: Record<string, sst.aws.Function>;
  training: Training;
  settings: Settings;
}

const FIVE_MINUTES = 300;

/**
 * A function that crashes is an error; one that answers 500 or 503 itself is none to Lambda, and is counted at its URL.
 * Source: docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html
 */
const watched = { Errors: "errors", Url5xxCount: "answers of status 500 and above", Throttles: "throttles" };

export interface Alarms {
  outputs: { alarms: string };
}

export const createAlarms = ({ functions, training, settings }: Watched): Alarms => {
  const topic = new aws.sns.Topic("Alarms");
  const policy = new aws.sns.TopicPolicy("AlarmsPolicy", {
    arn: topic.arn,
    policy: $jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] },
          Action: "sns:Publish",
          Resource: topic.arn,
          Condition: { StringEquals: { "aws:SourceAccount": account().id } },
        },
        // EventBridge says no account when it publishes: a condition would refuse it
        { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sns:Publish", Resource: topic.arn },
      ],
    }),
  });
  if (settings.email !== undefined)
    new aws.sns.TopicSubscription("AlarmsEmail", { topic: topic.arn, protocol: "email", endpoint: settings.email });

  for (const [name, { name: functionName }] of Object.entries(functions))
    for (const [metricName, what] of Object.entries(watched))
      new aws.cloudwatch.MetricAlarm(`${name}${metricName}`, {
        alarmDescription: `whippet ${$app.stage}: the ${name} function's ${what}`,
        namespace: "AWS/Lambda",
        metricName,
        dimensions: { FunctionName: functionName },
        statistic: "Sum",
        period: FIVE_MINUTES,
        evaluationPeriods: 1,
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        treatMissingData: "notBreaching",
        alarmActions: [topic.arn],
      });

  if (training.deployed) alarmOfTrainings(training.deployed, topic);

  new aws.budgets.Budget(
    "Budget",
    {
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: String(settings.budget.dollarsAMonth),
      limitUnit: "USD",
      notifications: [
        { notificationType: "ACTUAL", threshold: 80 },
        { notificationType: "FORECASTED", threshold: 100 },
      ].map((notification) => ({
        ...notification,
        thresholdType: "PERCENTAGE",
        comparisonOperator: "GREATER_THAN",
        subscriberSnsTopicArns: [topic.arn],
      })),
    },
    { dependsOn: [policy] },
  );
  const alarms =
    settings.email === undefined
      ? "nobody is told: set email in sst.config.ts, or subscribe to the topic"
      : `to ${settings.email}, once the mail from AWS is confirmed`;
  return { outputs: { alarms } };
};

const alarmOfTrainings = ({ batch, cpu }: NonNullable<Training["deployed"]>, topic: aws.sns.Topic): void => {
  const tell = (name: string, description: string, pattern: $util.Input<string>) => {
    const rule = new aws.cloudwatch.EventRule(name, { description, eventPattern: pattern });
    new aws.cloudwatch.EventTarget(`${name}Told`, { rule: rule.name, arn: topic.arn });
  };
  tell(
    "FailedJobs",
    "trainings on a GPU that failed or were cancelled",
    $jsonStringify({
      source: ["aws.batch"],
      "detail-type": ["Batch Job State Change"],
      detail: { status: ["FAILED"], jobQueue: [batch.queue.arn] },
    }),
  );
  tell(
    "FailedCpuTasks",
    "trainings on Fargate that failed, were cancelled or never started",
    $jsonStringify({
      source: ["aws.ecs"],
      "detail-type": ["ECS Task State Change"],
      detail: {
        clusterArn: [cpu.cluster],
        lastStatus: ["STOPPED"],
        // one that never started, for want of its image or of a host, has no exit code
        $or: [{ containers: { exitCode: [{ "anything-but": [0] }] } }, { stopCode: ["TaskFailedToStart"] }],
      },
    }),
  );
};
