/** Calls to AWS, whose errors say what is missing and how to get it. */
import { JobsError } from "./jobs-error.ts";

/** The few sorts of failure that an owner can do something about. */
const remedies: readonly [names: RegExp, remedy: (permission: string) => string][] = [
  [
    /^(AccessDenied|AccessDeniedException|UnauthorizedException|AuthorizationError)$/,
    (permission) => `these credentials may not ${permission}; add that permission to their user or role`,
  ],
  [
    /^(CredentialsProviderError|NoCredentials)$/,
    () => "no AWS credentials found; log in with `aws sso login` or `aws configure`, or set AWS_PROFILE",
  ],
  [
    /^(ExpiredToken|ExpiredTokenException|TokenRefreshRequired)$/,
    () => "the AWS credentials have expired; log in again with `aws sso login`",
  ],
  [
    /^(UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch|InvalidAccessKeyId)$/,
    () =>
      "AWS does not know these credentials; check AWS_PROFILE or AWS_ACCESS_KEY_ID with `aws sts get-caller-identity`",
  ],
];

/** AWS refused, or could not be asked; the message is fit for the owner. */
export class AwsError extends JobsError {
  override readonly name = "AwsError";

  constructor(message: string, cause: unknown) {
    super(message, { passing: mayPass(cause), cause });
  }
}

/** Services answer these with 400 as well as with 429: the name decides. Source: docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const throttling =
  /^(Throttl|RequestThrottl|TooManyRequests|RequestLimitExceeded|SlowDown|PriorRequestNotComplete|EC2Throttl|ProvisionedThroughputExceeded|BandwidthLimitExceeded)/;

const mayPass = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if ("$retryable" in error && error.$retryable !== undefined) return true;
  if (throttling.test(error.name)) return true;
  const { httpStatusCode: status } = ("$metadata" in error ? error.$metadata : {}) as { httpStatusCode?: number };
  if (status !== undefined) return status === 429 || status >= 500;
  return error.name === "TimeoutError" || ("code" in error && /^E[A-Z]+$/.test(String(error.code)));
};

/**
 * Runs one call.
 * @param permission the action it takes, as a policy names it: `batch:SubmitJob`
 * @throws AwsError in one clear line, with AWS's own as its cause
 */
export const awsCall = async <Answer>(permission: string, call: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await call();
  } catch (cause) {
    throw new AwsError(`${permission}: ${remedyOf(cause, permission)}`, cause);
  }
};

const remedyOf = (cause: unknown, permission: string): string => {
  if (!(cause instanceof Error)) return String(cause);
  const known = remedies.find(([names]) => names.test(cause.name));
  if (known) return known[1](permission);
  if (cause.message === "Region is missing") return "no AWS region is set; set AWS_REGION, such as eu-central-1";
  if ("code" in cause)
    return `no answer from AWS (${String(cause.code)}); check the network, the region and AWS_ENDPOINT_URL`;
  const answer = `AWS answered ${cause.name}: ${cause.message}`;
  return /not found|does not exist|not active/i.test(`${cause.name} ${cause.message}`)
    ? `${answer}; if it was removed or renamed, npx sst deploy makes it again and prints its name`
    : answer;
};
