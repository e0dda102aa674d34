/** Reads one object whole. */
import { setTimeout as sleep } from "node:timers/promises";
import type { GetObjectCommandOutput } from "@aws-sdk/client-s3";
import type { StoredObject } from "../store.ts";
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
  const object = {
    Bucket: connection.location.bucket,
    Key: key,
    ...(known !== undefined && { IfNoneMatch: `"${known}"` }),
  };
  try {
    return await connection.request(
      "read",
      key,
      async (client, sdk, options) => {
        const attempts = await client.config.maxAttempts();
        // the SDK repeats a request, but not the reading of an answer that breaks off
        for (let attempt = 1; ; attempt++) {
          const answer = await client.send(new sdk.GetObjectCommand(object), options);
          try {
            return { bytes: await bytesOf(answer), etag: unquoted(answer.ETag) };
          } catch (error) {
            if (attempt === attempts) throw error;
            const { signal } = connection;
            await sleep(Math.random() * WAIT_MS * 2 ** (attempt - 1), undefined, { ...(signal && { signal }) });
          }
        }
      },
      (error) => isUnchanged(error) || isAbsent(error),
    );
  } catch (error) {
    if (isUnchanged(error)) return "unchanged";
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
