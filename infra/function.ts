/** One Lambda function behind a URL: the bundle that `npm run build:lambda` wrote, its log group, a role of its own. */

import { bundleFolder } from "./bundle.ts";
import { assumedBy, type Statement, writeLogs } from "./policy.ts";
import type { Settings } from "./settings.ts";

const DAYS_OF_LOGS = 30;

export interface WebFunction {
  bundle: "native" | "web" | "owner";
  /** Megabytes. */
  memory: number;
  concurrency?: number | undefined;
  environment: Record<string, $util.Input<string>>;
  statements: Statement[];
  url: NonNullable<sst.aws.FunctionArgs["url"]>;
}

export const createFunction = (name: string, wanted: WebFunction, settings: Settings): sst.aws.Function => {
  const logs = new aws.cloudwatch.LogGroup(`${name}Logs`, { retentionInDays: DAYS_OF_LOGS });
  return new sst.aws.Function(name, {
    bundle: bundleFolder(wanted.bundle, settings.architecture),
    handler: "index.handler",
    runtime: "nodejs22.x",
    architecture: settings.architecture,
    memory: `${wanted.memory} MB`,
    timeout: `${settings.seconds} seconds`,
    ...(wanted.concurrency !== undefined && { concurrency: { reserved: wanted.concurrency } }),
    environment: wanted.environment,
    logging: { logGroup: logs.name },
    permissions: [...wanted.statements, writeLogs(logs.arn)].map(toPermission),
    url: wanted.url,
    transform: { role: narrow },
  });
};

/**
 * SST attaches AWSLambdaBasicExecutionRole, which may write every log group of the account, and lets whoever the account
 * trusts take the role: here it writes its own log group, and is Lambda's alone.
 */
const narrow = (role: aws.iam.RoleArgs): undefined => {
  role.managedPolicyArns = [];
  role.assumeRolePolicy = assumedBy("lambda.amazonaws.com");
};

const toPermission = ({ actions, resources, conditions }: Statement) => ({
  actions,
  resources,
  ...(conditions && {
    conditions: Object.entries(conditions).flatMap(([test, variables]) =>
      Object.entries(variables).map(([variable, values]) => ({ test, variable, values: [values].flat() })),
    ),
  }),
});
