/** What went wrong between us and a bucket, as one line that names the store, what is wrong and what to do. */
import type { S3Location } from "./location.ts";

export class S3Error extends Error {
  override readonly name = "S3Error";
  /** S3's word for it, such as `NoSuchBucket`; a socket's, such as `ECONNREFUSED`; or the SDK's. */
  readonly code: string;

  constructor(message: string, code: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

interface Failure {
  code: string;
  message: string;
  status?: number;
  attempts?: number;
}

/** Errors of S3, of sockets and of the SDK, brought to one form. */
export const failureOf = (error: unknown): Failure => {
  const { name, code, message, $metadata } = error as Error & {
    code?: unknown;
    $metadata?: { httpStatusCode?: number; attempts?: number };
  };
  const { httpStatusCode: status, attempts } = $metadata ?? {};
  return {
    code: typeof code === "string" ? code : name,
    message: (message ?? String(error)).split("\n")[0]!,
    ...(status !== undefined && { status }),
    ...(attempts !== undefined && { attempts }),
  };
};

const BAD_CREDENTIALS = ["InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "InvalidClientTokenId", "401"];
const EXPIRED = ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"];
const NO_CREDENTIALS = ["CredentialsProviderError", "TokenProviderError", "AuthSDKError"];
const UNREACHABLE = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ECONNRESET", "EPIPE"];
const SILENT = ["TimeoutError", "ETIMEDOUT"];
const ELSEWHERE = ["PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"];

/** The permission behind each thing that we do, as Amazon names it. */
export const permissions = {
  read: "s3:GetObject",
  write: "s3:PutObject",
  list: "s3:ListBucket",
  remove: "s3:DeleteObject",
  sweep: "s3:ListBucketMultipartUploads and s3:AbortMultipartUpload",
} as const;

export type Doing = keyof typeof permissions;

const denied = (doing: Doing, key: string): string => {
  const grant = `the credentials may not ${doing} ${key}: allow them ${permissions[doing]}`;
  if (doing !== "read") return grant;
  return `${grant}; or there is no such object, which S3 says only to those who may list the bucket (${permissions.list})`;
};

const place = ({ endpoint }: S3Location): string =>
  endpoint ?? (process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL || "Amazon S3");

const advise = (failure: Failure, location: S3Location, doing: Doing, key: string): string => {
  const { code, status, attempts = 1 } = failure;
  if (code === "NoSuchBucket")
    return `there is no bucket ${location.bucket} at ${place(location)}: create it, or correct the name`;
  if (BAD_CREDENTIALS.includes(code) || status === 401)
    return "the credentials are wrong: correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or choose another AWS_PROFILE";
  if (EXPIRED.includes(code)) return "the credentials have expired: sign in again, for example by aws sso login";
  if (NO_CREDENTIALS.includes(code))
    return "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or sign in by aws sso login";
  if (/^(region is missing|missing region|region not accepted)/i.test(failure.message))
    return "no region: add ?region=REGION to the URL, or set AWS_REGION";
  if (ELSEWHERE.includes(code) || status === 301)
    return "the bucket lies in another region: name it by ?region=REGION in the URL, or AWS_REGION";
  if (code === "RequestTimeTooSkewed") return "this machine's clock is wrong: set it";
  if (status === 403) return denied(doing, key);
  if (UNREACHABLE.includes(code))
    return `${place(location)} cannot be reached: check the endpoint, the network and any proxy`;
  if (SILENT.includes(code)) return `${place(location)} does not answer: check the network, or try again later`;
  if (status === 501) return `${place(location)} cannot ${doing} ${key} in this way: use a server that can`;
  if (status !== undefined && (status >= 500 || status === 429))
    return `${place(location)} failed ${attempts} times to ${doing} ${key}: try again later`;
  return `cannot ${doing} ${key}`;
};

/** @param key what it was done to, as the bucket names it */
export const explainS3 = (error: unknown, location: S3Location, doing: Doing, key: string): S3Error => {
  const failure = failureOf(error);
  const { code, message } = failure;
  const said = message.startsWith(code) || code === "Error" ? message : `${code}: ${message}`;
  return new S3Error(`${location.url}: ${advise(failure, location, doing, key)} (${said})`, code, { cause: error });
};
