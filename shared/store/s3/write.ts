/** Writes one object whole or not at all: in one request or, when it is big, in parts. */
import { settleRefusedPut } from "../conditional.ts";
import type { PutOptions } from "../store.ts";
import type { Connection } from "./connection.ts";
import { conditionOf, unquoted } from "./etag.ts";
import { failureOf } from "./failure.ts";
import { writeInParts } from "./parts.ts";
import { readObject } from "./read.ts";

/** From this size on parts in parallel are faster, and a lost connection costs a part instead of the whole. */
const IN_PARTS_FROM = 16 * 2 ** 20;

/**
 * Refusals that our own success can have caused, when its answer was lost and the request repeated: the condition does
 * not hold (412), someone writes at the same moment (409), what the etag was given for is gone, or the upload in parts is.
 */
const mayBeDone = (error: unknown): boolean => {
  const { code, status } = failureOf(error);
  return status === 412 || status === 409 || code === "NoSuchKey" || code === "NoSuchUpload";
};

const writeAtOnce = (connection: Connection, Key: string, Body: Uint8Array, { contentType, only }: PutOptions) =>
  connection.request(
    "write",
    Key,
    async (client, sdk, options) => {
      const object = {
        Bucket: connection.location.bucket,
        Key,
        Body,
        ...(contentType && { ContentType: contentType }),
      };
      const { ETag } = await client.send(new sdk.PutObjectCommand({ ...object, ...conditionOf(only) }), options);
      return { etag: unquoted(ETag) };
    },
    (error) => only !== undefined && mayBeDone(error),
  );

/** @throws ConflictError as a store's `put` does */
export const writeObject = async (
  connection: Connection,
  key: string,
  bytes: Uint8Array,
  options: PutOptions = {},
): Promise<{ etag: string }> => {
  try {
    if (bytes.length < IN_PARTS_FROM) return await writeAtOnce(connection, key, bytes, options);
    return await writeInParts(connection, key, bytes, options, mayBeDone);
  } catch (error) {
    if (!mayBeDone(error)) throw error;
    return settleRefusedPut({ get: (key: string) => readObject(connection, key) as Promise<never> }, key, bytes, {
      cause: error,
    });
  }
};
