/** Which bucket a store's URL means: `s3://BUCKET[/PREFIX][?endpoint=URL&region=REGION]`. */
import { checkKey } from "../key.ts";

export interface S3Location {
  /** As people wrote it; for messages. */
  url: string;
  bucket: string;
  /** What every key begins with: empty, or ending in `/`. */
  prefix: string;
  /** Where S3 is spoken, if not at Amazon. */
  endpoint?: string;
  region?: string;
}

/** Amazon's rules for bucket names, which every other S3 server keeps as well. */
const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

const isHttp = (url: string): boolean => /^https?:$/.test(URL.parse(url)?.protocol ?? "");

const decoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
};

/** @throws Error naming the URL, what is wrong with it and how it is written */
export const parseS3Url = (url: string): S3Location => {
  const refuse = (why: string): never => {
    throw new Error(
      `${JSON.stringify(url)} is no store: ${why}; write s3://BUCKET/PREFIX?endpoint=URL&region=REGION, of which only the bucket is needed`,
    );
  };
  const parsed = URL.parse(url);
  if (parsed === null || parsed.protocol !== "s3:") return refuse("it is not a URL that begins with s3://");
  if (parsed.username || parsed.password)
    return refuse("credentials in a URL end up in logs, put them into the environment (AWS_ACCESS_KEY_ID …)");
  const bucket = parsed.host;
  if (!bucketName.test(bucket))
    return refuse(`${JSON.stringify(bucket)} is not a bucket's name (3 to 63 of a-z, 0-9, "." and "-")`);
  const path = (decoded(parsed.pathname) ?? refuse("its path cannot be decoded")).replace(/^\//, "").replace(/\/$/, "");
  if (path !== "") checkKey(path);
  for (const name of parsed.searchParams.keys())
    if (name !== "endpoint" && name !== "region") return refuse(`${JSON.stringify(name)} is no setting of a store`);
  const endpoint = parsed.searchParams.get("endpoint") ?? undefined;
  if (endpoint !== undefined && !isHttp(endpoint))
    return refuse(`its endpoint ${JSON.stringify(endpoint)} is not a URL that begins with https:// or http://`);
  const region = parsed.searchParams.get("region") ?? undefined;
  return {
    url,
    bucket,
    prefix: path === "" ? "" : `${path}/`,
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
  };
};
