/** That infra/deployer-policy.json lets the role which deploys from GitHub make whatever a deploy makes. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { packageRoot } from "../../../shared/package-root.ts";
import { stopEvaluators } from "../../infra/evaluators.ts";
import { has } from "../../require.ts";
import { graphOf } from "./situations.ts";

const { Statement: statements }: { Statement: { Effect: string; Action: string[] | string }[] } = JSON.parse(
  await readFile(join(packageRoot, "infra", "deployer-policy.json"), "utf8"),
);
const allowed = statements
  .filter(({ Effect }) => Effect === "Allow")
  .flatMap(({ Action }) => Action)
  .map((action) => new RegExp(`^${action.replaceAll("*", ".*")}$`));

/** Resources that IAM counts to another service, or makes by another action, than Pulumi's name for them says. */
const otherwise: Record<string, string> = {
  "cloudfront/keyvaluestoreKey": "cloudfront-keyvaluestore:PutKey",
  "cloudwatch/logGroup": "logs:CreateLogGroup",
  "cloudwatch/eventRule": "events:PutRule",
  "cloudwatch/eventTarget": "events:PutTargets",
  "ec2/routeTableAssociation": "ec2:AssociateRouteTable",
};

/** `aws:ec2/vpc:Vpc` is made by `ec2:CreateVpc`. */
const actionOf = (type: string): string => {
  const [, path = "", kind = ""] = type.split(":");
  return otherwise[path] ?? `${path.split("/")[0]}:Create${kind}`;
};

afterAll(stopEvaluators);

describe.runIf(has("sst"))("the role that deploys", () => {
  it.each(["production", "withDocker", "withOptions"] as const)("may make whatever %s holds", async (name) => {
    const types = new Set(
      (await graphOf(name)).resources.map(({ type }) => type).filter((type) => type.startsWith("aws:")),
    );
    expect(types.size).toBeGreaterThan(20);
    const missing = [...types].map(actionOf).filter((action) => !allowed.some((pattern) => pattern.test(action)));
    expect(missing).toEqual([]);
  });
});
