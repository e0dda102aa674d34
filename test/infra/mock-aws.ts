/**
 * What AWS would answer while the graph is evaluated: an ARN, a name and whatever else another resource is made of. An
 * account and a region that are nobody's.
 */

export const region = "eu-central-1";
export const accountId = "123456789012";
const DIGEST = `sha256:${"0".repeat(64)}`;

export interface NewResource {
  /** `aws:s3/bucket:Bucket` */
  type: string;
  /** As the program calls it. */
  name: string;
  inputs: Record<string, unknown>;
  /** Of a resource that is looked up, not made. */
  id?: string;
}

const kebab = (text: string): string => text.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();

const arnOf = (type: string, name: string): string => {
  const [service = "", kind = ""] = [type.split(":")[1]?.split("/")[0], kebab(type.split(":").at(-1) ?? "")];
  if (service === "s3") return `arn:aws:s3:::${name}`;
  if (service === "iam") return `arn:aws:iam::${accountId}:${kind}/${name}`;
  if (service === "sns") return `arn:aws:sns:${region}:${accountId}:${name}`;
  if (service === "lambda") return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
  if (kind === "log-group") return `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
  return `arn:aws:${service}:${region}:${accountId}:${kind}/${name}`;
};

/** What only some kinds of resource have, beside their inputs, ARN and name. */
const more: Record<
  string,
  (made: { name: string; physical: string; arn: string; inputs: NewResource["inputs"] }) => object
> = {
  "aws:s3/bucket:Bucket": ({ physical }) => ({ bucket: physical }),
  "aws:lambda/functionUrl:FunctionUrl": ({ name }) => ({
    functionUrl: `https://${name.toLowerCase()}.lambda-url.${region}.on.aws/`,
  }),
  "aws:ecr/repository:Repository": ({ physical }) => ({
    registryId: accountId,
    repositoryUrl: `${accountId}.dkr.ecr.${region}.amazonaws.com/${physical}`,
  }),
  "aws:acm/certificate:Certificate": ({ inputs }) => ({
    domainValidationOptions: [
      {
        resourceRecordType: "CNAME",
        resourceRecordName: `_token.${inputs.domainName}`,
        resourceRecordValue: "_answer",
      },
    ],
  }),
  "aws:batch/jobDefinition:JobDefinition": ({ arn }) => ({ arnPrefix: arn, arn: `${arn}:1`, revision: 1 }),
  "aws:ec2/launchTemplate:LaunchTemplate": () => ({ latestVersion: 1 }),
  "docker-build:index:Image": ({ inputs }) => ({ digest: DIGEST, ref: `${(inputs.tags as string[])[0]}@${DIGEST}` }),
  "command:local:Command": () => ({ stdout: "Deployed whippet triggers\n  https://whippet.example.workers.dev\n" }),
  "random:index/randomPassword:RandomPassword": () => ({ result: "fallback-token" }),
  "random:index/randomBytes:RandomBytes": ({ inputs }) => ({
    base64: Buffer.alloc(Number(inputs.length)).toString("base64"),
  }),
};

/** The state that a resource has once it is made. */
export const stateOf = ({ type, name, inputs, id }: NewResource): { id: string; state: Record<string, unknown> } => {
  const physical = String(
    id || inputs.bucket || inputs.name || inputs.family || `${inputs.namePrefix ?? `${name}-`}0000000`,
  );
  const arn = arnOf(type, physical);
  return {
    id: physical,
    state: { arn, name: physical, ...inputs, ...more[type]?.({ name, physical, arn, inputs }) },
  };
};

interface PolicyStatement {
  sid?: string;
  effect?: string;
  actions?: string[];
  resources?: string[];
  principals?: { type: string; identifiers: string[] }[];
  conditions?: { test: string; variable: string; values: string[] }[];
}

const policyDocument = (statements: PolicyStatement[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(({ sid, effect = "Allow", actions, resources, principals, conditions }) => ({
      Sid: sid,
      Effect: effect,
      Action: actions,
      Resource: resources,
      Principal: principals && Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers])),
      Condition:
        conditions &&
        Object.fromEntries(conditions.map(({ test, variable, values }) => [test, { [variable]: values }])),
    })),
  });

/** @throws Error naming a question that nothing here answers */
export const answerTo = (token: string, inputs: Record<string, unknown>): Record<string, unknown> => {
  const question = token.split(":").at(-1);
  if (question === "getRegion") return { region, name: region, id: region };
  if (question === "getPartition") return { partition: "aws", dnsSuffix: "amazonaws.com", id: "aws" };
  if (question === "getCallerIdentity") return { accountId, arn: `arn:aws:iam::${accountId}:root`, id: accountId };
  if (question === "getAvailabilityZones") return { names: ["a", "b", "c"].map((zone) => region + zone), id: region };
  if (question === "getAuthorizationToken")
    return { proxyEndpoint: `https://${accountId}.dkr.ecr.${region}.amazonaws.com`, userName: "AWS", password: "mock" };
  if (question === "getPolicyDocument") {
    const json = policyDocument((inputs.statements ?? []) as PolicyStatement[]);
    return { ...inputs, id: "document", json, minifiedJson: json };
  }
  throw new Error(`the graph asks AWS ${token} with ${JSON.stringify(inputs)}; answer it in test/infra/mock-aws.ts`);
};
