/** What roles may do: statements as plain data, and the document that AWS reads. */

export interface Statement {
  actions: string[];
  resources: $util.Input<string>[];
  /** `{ StringLike: { "s3:prefix": ["models/*"] } }` */
  conditions?: Record<string, Record<string, $util.Input<string> | string[]>>;
}

/** An inline policy of a role. */
export const policyDocument = (statements: Statement[]): $util.Output<string> =>
  $jsonStringify({
    Version: "2012-10-17",
    Statement: statements.map(({ actions, resources, conditions }) => ({
      Effect: "Allow",
      Action: actions,
      Resource: resources,
      ...(conditions && { Condition: conditions }),
    })),
  });

/** Roles are named `whippet-…`, so that who deploys can be held to those. AWS takes 38 characters before its own. */
export const rolePrefix = (name: string): string => `${`whippet-${$app.stage}`.slice(0, 36 - name.length)}-${name}-`;

/**
 * Who may take a role: one service of AWS.
 *
 * @param accountId the service says for whom it asks, and must ask for this account; of those here ECS and CodeBuild do say
 */
export const assumedBy = (service: string, accountId?: $util.Input<string>): $util.Output<string> =>
  $jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        ...(accountId !== undefined && { Condition: { StringEquals: { "aws:SourceAccount": accountId } } }),
      },
    ],
  });

/** Writing to one log group. */
export const writeLogs = (group: $util.Input<string>): Statement => ({
  actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
  resources: [$interpolate`${group}:*`],
});

/** Reading a bucket's objects below `prefix/`, and listing them and nothing else of the bucket. */
export const readObjects = (bucket: $util.Input<string>, ...prefixes: string[]): Statement[] => [
  { actions: ["s3:GetObject"], resources: prefixes.map((prefix) => $interpolate`${bucket}/${prefix}/*`) },
  listObjects(bucket, ...prefixes),
];

/** Seeing which objects there are below `prefix/`, without reading one. */
export const listObjects = (bucket: $util.Input<string>, ...prefixes: string[]): Statement => ({
  actions: ["s3:ListBucket"],
  resources: [bucket],
  conditions: { StringLike: { "s3:prefix": prefixes.map((prefix) => `${prefix}/*`) } },
});
