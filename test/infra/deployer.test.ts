/** What the role that deploys from GitHub may do, and who may take it. test/long/infra holds it to be enough for a deploy. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../../shared/package-root.ts";

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: unknown;
}
const read = async (name: string): Promise<{ Statement: Statement[] }> =>
  JSON.parse(await readFile(join(packageRoot, "infra", name), "utf8"));
const { Statement: statements } = await read("deployer-policy.json");

describe("the deploying role", () => {
  it("touches no role, function or bucket but ours and SST's", () => {
    for (const { Effect, Action, Resource } of statements) {
      if (Effect !== "Allow" || ![Action].flat().some((action) => /^(iam|lambda|s3):/.test(action))) continue;
      for (const resource of [Resource].flat())
        expect(resource).toMatch(/[:/](whippet-\*|sst-\*|sst\/\*|aws-service-role\/\*)$/);
    }
  });

  it("hands roles only to the services that take them, and never edits itself", () => {
    const [pass] = statements.filter(({ Action }) => Action === "iam:PassRole");
    expect(pass?.Condition).toHaveProperty("StringEquals.iam:PassedToService");
    const own = statements.find(({ Effect }) => Effect === "Deny");
    expect(own).toMatchObject({
      Action: expect.arrayContaining(["iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"]),
      Resource: "arn:aws:iam::*:role/whippet-deployer",
    });
  });

  it("is taken from one repository's production environment only", async () => {
    const [trust] = (await read("deployer-trust.json")).Statement;
    expect(JSON.stringify(trust?.Condition)).toContain("repo:OWNER/REPOSITORY:environment:production");
  });
});
