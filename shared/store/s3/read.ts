/** Reads one object, whole or in part. */
import { setTimeout as sleep } from "node:timers/promises";
import type { GetObjectCommandInput, GetObjectCommandOutput } from "@aws-sdk/client-s3";
import type { StoredObject, StoredPart } from "../store.ts";
import type { Connection } from "./connection.ts";
import { unquoted } from "./etag.ts";
import { failureOf } from "./failure.ts";

/** The longest wait before the second attempt, doubled for each further one, as the SDK waits between its own. */
const WAIT_MS = 100;

/** The SDK checks the bytes against the checksum that came with them, if one did; a short answer is found here. */
const bytesOf = async ({ Body, ContentLength }: GetObjectCommandOutput): Promise<Uint8Array> => {
  const bytes = await Body!.transformToByteArray();
  if (ContentLength !== undefined && bytes.length !== ContentLength)
    throw new Error(`the answer broke off after ${bytes.length} of ${ContentLength} bytes`);
  return bytes;
};

const isUnchanged = (error: unknown): boolean => failureOf(error).status === 304;
const isAbsent = (error: unknown): boolean => failureOf(error).code === "NoSuchKey";
const isBeyond = (error: unknown): boolean => failureOf(error).status === 416;

/** @param expected which failures are answers; those come out as S3 gave them */
const request = (
  connection: Connection,
  key: string,
  asked: Pick<GetObjectCommandInput, "IfNoneMatch" | "Range">,
  expected: (error: unknown) => boolean,
): Promise<GetObjectCommandOutput & { bytes: Uint8Array }> =>
  connection.request(
    "read",
    key,
    async (client, sdk, options) => {
      const attempts = await client.config.maxAttempts();
      const object = { Bucket: connection.location.bucket, Key: key, ...asked };
      // the SDK repeats a request, but not the reading of an answer that breaks off
      for (let attempt = 1; ; attempt++) {
        const answer = await client.send(new sdk.GetObjectCommand(object), options);
        try {
          return { ...answer, bytes: await bytesOf(answer) };
        } catch (error) {
          if (attempt === attempts) throw error;
          const { signal } = connection;
          await sleep(Math.random() * WAIT_MS * 2 ** (attempt - 1), undefined, { ...(signal && { signal }) });
        }
      }
    },
    expected,
  );

/** @param known its etag when it was read before; `"unchanged"` while it still is */
export async function readObject(connection: Connection, key: string): Promise<StoredObject | undefined>;
export async function readObject(
  connection: Connection,
  key: string,
  known: string | undefined,
): Promise<StoredObject | "unchanged" | undefined>;
export async function readObject(
  connection: Connection,
  key: string,
  known?: string,
): Promise<StoredObject | "unchanged" | undefined> {
  const condition = known === undefined ? {} : { IfNoneMatch: `"${known}"` };
  try {
    const { bytes, ETag } = await request(connection, key, condition, (error) => isUnchanged(error) || isAbsent(error));
    return { bytes, etag: unquoted(ETag) };
  } catch (error) {
    if (isUnchanged(error)) return "unchanged";
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** @param end above `start` @returns undefined when there is no such object, or nothing of it there */
const readInside = async (
  connection: Connection,
  key: string,
  start: number,
  end: number,
): Promise<StoredPart | undefined> => {
  try {
    const part = { Range: `bytes=${start}-${end - 1}` };
    const { bytes, ContentRange } = await request(connection, key, part, (error) => isBeyond(error) || isAbsent(error));
    const size = Number(/\/(\d+)$/.exec(ContentRange ?? "")?.[1]);
    if (Number.isSafeInteger(size)) return { bytes, size };
    throw new Error(`${connection.location.url} gave a part of ${key} without saying of how many bytes`);
  } catch (error) {
    if (isBeyond(error) || isAbsent(error)) return undefined;
    throw error;
  }
};

/** As a store's `getPart`. */
export const readPart = async (
  connection: Connection,
  key: string,
  start: number,
  end: number,
): Promise<StoredPart | undefined> => {
  const part = end > start ? await readInside(connection, key, start, end) : undefined;
  if (part) return part;
  // S3 has no part of nothing, and says no size where it refuses one
  const bucket = connection.location.bucket;
  // what answers HEAD has no body to name its error in
  const isGone = (error: unknown) => failureOf(error).status === 404;
  try {
    const { ContentLength } = await connection.request(
      "read",
      key,
      (client, sdk, options) => client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }), options),
      isGone,
    );
    return { bytes: new Uint8Array(), size: ContentLength ?? 0 };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
};
