/** A store in an S3 bucket: Amazon's, Cloudflare's R2, MinIO, SeaweedFS. The SDK is loaded at the first operation. */
import type { S3Client } from "@aws-sdk/client-s3";
import { settleRefusedPut } from "./conditional.ts";
import { checkKey } from "./key.ts";
import { createS3Client } from "./s3/client.ts";
import { parseS3Url } from "./s3/location.ts";
import type { ListedObject, Store, StoredObject } from "./store.ts";

/** S3 deletes at most this many keys in one call. */
const KEYS_PER_DELETE = 1000;

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

const unquoted = (etag: string | undefined): string => (etag ?? "").replaceAll('"', "");

/** @param url `s3://BUCKET[/PREFIX][?endpoint=URL&region=REGION]` */
export const createS3Store = (url: string, options: { client?: S3Client } = {}): Store => {
  const location = parseS3Url(url);
  const { bucket: Bucket, prefix: root } = location;
  const keyOf = (key: string) => root + checkKey(key);
  let opened: Promise<S3Client> | undefined;
  const open = async () => {
    const client = await (opened ??= options.client ? Promise.resolve(options.client) : createS3Client(location));
    return { client, sdk: await import("@aws-sdk/client-s3") };
  };

  function get(key: string): Promise<StoredObject | undefined>;
  function get(key: string, known: string | undefined): Promise<StoredObject | "unchanged" | undefined>;
  async function get(key: string, known?: string): Promise<StoredObject | "unchanged" | undefined> {
    const Key = keyOf(key);
    const { client, sdk } = await open();
    try {
      const IfNoneMatch = known === undefined ? {} : { IfNoneMatch: `"${known}"` };
      const found = await client.send(new sdk.GetObjectCommand({ Bucket, Key, ...IfNoneMatch }));
      return { bytes: await found.Body!.transformToByteArray(), etag: unquoted(found.ETag) };
    } catch (error) {
      if (statusOf(error) === 304) return "unchanged";
      if (error instanceof sdk.NoSuchKey) return undefined;
      throw error;
    }
  }

  return {
    url,
    get,

    async put(key, bytes, { contentType, only } = {}) {
      const Key = keyOf(key);
      const { client, sdk } = await open();
      const condition =
        only === undefined ? {} : only === "absent" ? { IfNoneMatch: "*" } : { IfMatch: `"${only.etag}"` };
      try {
        const written = await client.send(
          new sdk.PutObjectCommand({ Bucket, Key, Body: bytes, ContentType: contentType, ...condition }),
        );
        return { etag: unquoted(written.ETag) };
      } catch (error) {
        if (only !== undefined && [404, 409, 412].includes(statusOf(error) ?? 0))
          return settleRefusedPut({ get }, key, bytes, { cause: error });
        throw error;
      }
    },

    async list(prefix) {
      const { client, sdk } = await open();
      const objects: ListedObject[] = [];
      for await (const page of sdk.paginateListObjectsV2({ client }, { Bucket, Prefix: root + prefix }))
        for (const { Key, Size, LastModified } of page.Contents ?? [])
          objects.push({ key: Key!.slice(root.length), bytes: Size ?? 0, modified: LastModified! });
      return objects.sort((a, b) => (a.key < b.key ? -1 : 1));
    },

    async remove(keys) {
      const Objects = keys.map((key) => ({ Key: keyOf(key) }));
      const { client, sdk } = await open();
      for (let at = 0; at < Objects.length; at += KEYS_PER_DELETE)
        await client.send(
          new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects: Objects.slice(at, at + KEYS_PER_DELETE) } }),
        );
    },
  };
};
