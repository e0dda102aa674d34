/** A bucket's client, the SDK behind it and the signal that ends its work; opened at the first request. */
import type { S3Client } from "@aws-sdk/client-s3";
import { createS3Client } from "./client.ts";
import { type Doing, explainS3 } from "./failure.ts";
import type { S3Location } from "./location.ts";

export type Sdk = typeof import("@aws-sdk/client-s3");

export interface Connection {
  readonly location: S3Location;
  readonly signal: AbortSignal | undefined;
  /**
   * Runs `request`. A failure comes out as one line for people, a stop as the signal's reason.
   * @param key what it is done to, for messages
   * @param expected says which failures are answers; those come out as S3 gave them
   */
  request<T>(
    doing: Doing,
    key: string,
    request: (client: S3Client, sdk: Sdk, options: { abortSignal?: AbortSignal }) => Promise<T>,
    expected?: (error: unknown) => boolean,
  ): Promise<T>;
  /** Tidies up, also after a stop; that it fails changes nothing. */
  afterwards(request: (client: S3Client, sdk: Sdk) => Promise<unknown>): Promise<void>;
}

export interface ConnectionOptions {
  /** Instead of one with the SDK's own credentials and our retries and timeouts. */
  client?: S3Client | undefined;
  /** Ends what is under way, and whatever comes after. */
  signal?: AbortSignal | undefined;
}

export const connect = (location: S3Location, { client, signal }: ConnectionOptions = {}): Connection => {
  let opened: Promise<[S3Client, Sdk]> | undefined;
  const open = () => (opened ??= Promise.all([client ?? createS3Client(location), import("@aws-sdk/client-s3")]));
  return {
    location,
    signal,
    async request(doing, key, request, expected = () => false) {
      signal?.throwIfAborted();
      try {
        const [client, sdk] = await open();
        return await request(client, sdk, signal === undefined ? {} : { abortSignal: signal });
      } catch (error) {
        signal?.throwIfAborted();
        throw expected(error) ? error : explainS3(error, location, doing, key);
      }
    },
    async afterwards(request) {
      await open()
        .then(([client, sdk]) => request(client, sdk))
        .catch(() => {});
    },
  };
};
