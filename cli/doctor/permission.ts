/** What to do about what AWS refused: the exact command, or where to click. */
import type { Caller } from "./caller.ts";
import { FixableError } from "./check.ts";

export interface Permission {
  /** As a policy names it, `batch:DescribeJobQueues`. */
  action: string;
  /** ARNs; `*` where AWS knows none. */
  resources: string[];
}

/** AWS' and S3's words for "you may not". */
const denials = /^(AccessDenied|AccessDeniedException|UnauthorizedException|AuthorizationError|Forbidden)$/;

/** The first error in a chain of causes that is AWS' own word for it. */
export const isDenied = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return denials.test(error.name) || denials.test(String(code)) || isDenied(error.cause);
};

const policyOf = (permissions: readonly Permission[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: permissions.map(({ action, resources }) => ({
      Effect: "Allow",
      Action: action,
      Resource: resources.length === 1 ? resources[0] : resources,
    })),
  });

/** @returns undefined for a caller that no policy can be put on, such as the account's root */
export const grant = (caller: Caller, permissions: readonly Permission[]): string | undefined => {
  const policy = policyOf(permissions);
  const name = `whippet-${permissions.length === 1 ? permissions[0]!.action.replace(/\W/g, "-") : "trainings"}`;
  if (caller.kind === "user")
    return `aws iam put-user-policy --user-name ${caller.name} --policy-name ${name} --policy-document '${policy}'`;
  if (caller.kind === "role")
    return `aws iam put-role-policy --role-name ${caller.name} --policy-name ${name} --policy-document '${policy}'`;
  if (caller.kind === "permission set")
    return `in IAM Identity Center: Permission sets, ${caller.set}, Inline policy: add ${policy}, then Save and reprovision`;
  return undefined;
};

/**
 * Runs one call of AWS.
 * @throws FixableError with what grants it where that permission is missing; else what `call` rejected with
 */
export const permitted = async <Answer>(
  caller: Caller,
  permission: Permission,
  call: () => Promise<Answer>,
): Promise<Answer> => {
  try {
    return await call();
  } catch (error) {
    const fix = isDenied(error) ? grant(caller, [permission]) : undefined;
    if (fix === undefined) throw error;
    throw new FixableError(`${caller.arn} may not ${permission.action}`, fix, { cause: error });
  }
};
