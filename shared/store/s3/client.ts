/** The SDK's client, as every store in S3 uses it. Credentials come from the SDK's own chain, never from us. */
import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import type { S3Location } from "./location.ts";

/** Standard retries: exponential with full jitter from 100 ms (500 ms when throttled) up to 20 s between attempts. */
const ATTEMPTS = 5;
/** Long enough for a connection over any line; an endpoint that takes longer is not there. */
const CONNECT_MS = 5_000;
/** Longest silence within a request, up or down; a big object that keeps flowing may take as long as it needs. */
const SILENCE_MS = 30_000;

/** Servers other than Amazon's want some region, and do not care which. */
const ANY_REGION = "us-east-1";

/** Where the environment, instead of the URL, says that S3 is spoken. */
const environmentEndpoint = (): string | undefined =>
  process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL || undefined;

/** @param settings over ours, for tests: fewer attempts, shorter timeouts, other credentials */
export const createS3Client = async (
  location: Pick<S3Location, "endpoint" | "region">,
  settings: S3ClientConfig = {},
): Promise<S3Client> => {
  const { S3Client } = await import("@aws-sdk/client-s3");
  const endpoint = location.endpoint ?? environmentEndpoint();
  const region = location.region ?? (location.endpoint && (process.env.AWS_REGION || ANY_REGION));
  return new S3Client({
    ...(endpoint && { endpoint, forcePathStyle: true }),
    ...(region && { region }),
    followRegionRedirects: true,
    retryMode: "standard",
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
    ...settings,
  });
};
