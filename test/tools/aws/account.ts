/** STS, IAM and Service Quotas: who asks, what that one may do, and how many vCPUs of GPU machines the account may have. */
import { FakeError, type Operations } from "./server.ts";

export interface Quotas {
  /** By quota code. */
  values: Record<string, number>;
  operations: Operations;
}

export const createFakeQuotas = (): Quotas => {
  const values: Record<string, number> = { "L-DB2E81BA": 8, "L-3819A6DF": 8, "L-417A185B": 0, "L-7212CCBC": 0 };
  return {
    values,
    operations: {
      GetServiceQuota({ ServiceCode, QuotaCode }) {
        const Value = values[String(QuotaCode)];
        if (ServiceCode !== "ec2" || Value === undefined)
          throw new FakeError(
            "NoSuchResourceException",
            "The request failed because the specified quota does not exist.",
          );
        return { Quota: { ServiceCode, QuotaCode, Value } };
      },
    },
  };
};

const ACCOUNT = "123456789012";

export interface Identity {
  /** ARN of whoever asks, as STS gives it. */
  caller: string;
  /** Actions that IAM's simulation denies, and how. */
  denied: Map<string, "implicitDeny" | "explicitDeny">;
  /** What was simulated: action, resource, and the context that came along. */
  simulated: string[];
  operations: Operations;
}

const response = (action: string, namespace: string, result: string): string =>
  `<${action}Response xmlns="${namespace}"><${action}Result>${result}</${action}Result></${action}Response>`;

const members = (input: Record<string, unknown>, name: string): string[] =>
  Object.entries(input).flatMap(([key, value]) => (key.startsWith(`${name}.member.`) ? [String(value)] : []));

/** Query services: their operations answer with XML. */
export const createFakeIdentity = (): Identity => {
  const identity: Identity = {
    caller: `arn:aws:iam::${ACCOUNT}:user/owner`,
    denied: new Map(),
    simulated: [],
    operations: {
      GetCallerIdentity: () =>
        response(
          "GetCallerIdentity",
          "https://sts.amazonaws.com/doc/2011-06-15/",
          `<Arn>${identity.caller}</Arn><UserId>AIDA</UserId><Account>${ACCOUNT}</Account>`,
        ),
      GetRole: ({ RoleName }) =>
        response(
          "GetRole",
          IAM,
          `<Role><Path>/</Path><RoleName>${RoleName}</RoleName><RoleId>AROA</RoleId>` +
            `<Arn>arn:aws:iam::${ACCOUNT}:role/a/path/${RoleName}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate></Role>`,
        ),
      SimulatePrincipalPolicy(input) {
        const [action = ""] = members(input, "ActionNames");
        const results = members(input, "ResourceArns").map((resource) => {
          const context = Object.entries(input).flatMap(([key, value]) =>
            /ContextKeyName$|ContextKeyValues/.test(key) ? [String(value)] : [],
          );
          identity.simulated.push([input.PolicySourceArn, action, resource, ...context].join(" "));
          const decision = identity.denied.get(action) ?? "allowed";
          return `<member><EvalActionName>${action}</EvalActionName><EvalResourceName>${resource}</EvalResourceName><EvalDecision>${decision}</EvalDecision></member>`;
        });
        return response("SimulatePrincipalPolicy", IAM, `<EvaluationResults>${results.join("")}</EvaluationResults>`);
      },
    },
  };
  return identity;
};

const IAM = "https://iam.amazonaws.com/doc/2010-05-08/";
