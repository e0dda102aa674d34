/** What IAM itself says that a caller may do: it decides as it would, and nothing is done. */
import type { IAMClient } from "@aws-sdk/client-iam";
import { awsCall } from "../../shared/jobs/aws-call.ts";
import type { Caller } from "./caller.ts";
import { isDenied, type Permission } from "./permission.ts";

export interface Asked extends Permission {
  /** Condition keys that the real request carries, with their values. */
  context?: Record<string, string>;
}

export interface Denied extends Permission {
  /** A policy says no; otherwise none says yes. */
  explicit: boolean;
}

/** A user's own ARN, or that of the role behind a session, whose path the session does not tell. */
const principalOf = async (iam: IAMClient, caller: Caller): Promise<string | undefined> => {
  if (caller.kind === "user") return caller.arn;
  if (caller.kind !== "role" && caller.kind !== "permission set") return undefined;
  const { GetRoleCommand } = await import("@aws-sdk/client-iam");
  const { Role } = await awsCall("iam:GetRole", () => iam.send(new GetRoleCommand({ RoleName: caller.name })));
  return Role?.Arn;
};

/**
 * Policies of an organisation (SCPs) are not part of it.
 * @returns what is denied; undefined where the caller may not ask, or has no policies of its own
 */
export const simulate = async (caller: Caller, asked: readonly Asked[]): Promise<Denied[] | undefined> => {
  const { IAMClient, SimulatePrincipalPolicyCommand } = await import("@aws-sdk/client-iam");
  const iam = new IAMClient({ maxAttempts: 2 });
  const ask = async ({ action, resources, context = {} }: Asked, principal: string): Promise<Denied[]> => {
    const { EvaluationResults = [] } = await awsCall("iam:SimulatePrincipalPolicy", () =>
      iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: principal,
          ActionNames: [action],
          ResourceArns: resources,
          ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
            ContextKeyName,
            ContextKeyValues: [value],
            ContextKeyType: "string" as const,
          })),
        }),
      ),
    );
    const denied = EvaluationResults.filter(({ EvalDecision }) => EvalDecision !== "allowed");
    if (denied.length === 0) return [];
    return [{ action, resources, explicit: denied.some(({ EvalDecision }) => EvalDecision === "explicitDeny") }];
  };
  try {
    const principal = await principalOf(iam, caller);
    if (principal === undefined) return undefined;
    const all: Denied[] = [];
    for (const one of asked) all.push(...(await ask(one, principal)));
    return all;
  } catch (error) {
    if (isDenied(error)) return undefined;
    throw error;
  }
};
