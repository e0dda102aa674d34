/** The exact command that grants what AWS refused to whoever asked. */
import { FixableError } from "./check.ts";

/** AWS' and S3's words for "you may not". */
const denials = /^(AccessDenied|AccessDeniedException|UnauthorizedException|AuthorizationError|Forbidden)$/;

/** The first error in a chain of causes that is AWS' own word for it. */
const isDenied = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return denials.test(error.name) || denials.test(String(code)) || isDenied(error.cause);
};

/**
 * @param caller's ARN, as STS gives it: a user's, or an assumed role's
 * @returns undefined for a caller that no policy can be put on, such as the account's root
 */
const grant = (caller: string, action: string): string | undefined => {
  const [, kind, name] =
    /^arn:[^:]+:(?:iam|sts)::\d+:(user|assumed-role)\/(?:[^/]+\/)*?([^/]+)(?:\/[^/]+)?$/.exec(caller) ?? [];
  if (name === undefined) return undefined;
  const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: action, Resource: "*" }] };
  const [command, option] = kind === "user" ? ["put-user-policy", "--user-name"] : ["put-role-policy", "--role-name"];
  return `aws iam ${command} ${option} ${name} --policy-name whippet-${action.replace(/\W/g, "-")} --policy-document '${JSON.stringify(document)}'`;
};

/**
 * Runs one call of AWS.
 * @param action as a policy names it, `batch:DescribeJobQueues`
 * @throws FixableError with the granting command where that permission is missing; else what `call` rejected with
 */
export const permitted = async <Answer>(
  caller: string,
  action: string,
  call: () => Promise<Answer>,
): Promise<Answer> => {
  try {
    return await call();
  } catch (error) {
    const command = isDenied(error) ? grant(caller, action) : undefined;
    if (command === undefined) throw error;
    throw new FixableError(`${caller} may not ${action}`, command, { cause: error });
  }
};
