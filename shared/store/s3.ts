/** A store in an S3 bucket: Amazon's, Cloudflare's R2, MinIO, SeaweedFS. The SDK is loaded at the first operation. */
import { checkKey, isKey } from "./key.ts";
import { type ConnectionOptions, connect } from "./s3/connection.ts";
import { parseS3Url } from "./s3/location.ts";
import { listObjects, removeObjects } from "./s3/many.ts";
import { sweepUploads } from "./s3/parts.ts";
import { readObject, readPart } from "./s3/read.ts";
import { writeObject } from "./s3/write.ts";
import type { Store, StoredObject } from "./store.ts";

/**
 * @param url `s3://BUCKET[/PREFIX][?endpoint=URL&region=REGION]`
 * @throws Error at once when the URL is none; S3Error from the operations, one line that names the store and the fix
 */
export const createS3Store = (url: string, options: ConnectionOptions = {}): Store => {
  const location = parseS3Url(url);
  const connection = connect(location, options);
  const root = location.prefix;

  function get(key: string): Promise<StoredObject | undefined>;
  function get(key: string, known: string | undefined): Promise<StoredObject | "unchanged" | undefined>;
  async function get(key: string, known?: string): Promise<StoredObject | "unchanged" | undefined> {
    return readObject(connection, root + checkKey(key), known);
  }

  return {
    url,
    get,
    getPart: async (key, start, end) => readPart(connection, root + checkKey(key), start, end),
    put: async (key, bytes, options) => writeObject(connection, root + checkKey(key), bytes, options),
    async list(prefix) {
      const objects = await listObjects(connection, root + prefix);
      return objects
        .map(({ key, bytes, modified }) => ({ key: key.slice(root.length), bytes, modified }))
        .filter(({ key }) => isKey(key))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    remove: async (keys) =>
      removeObjects(
        connection,
        keys.map((key) => root + checkKey(key)),
      ),
    sweep: (olderThan) => sweepUploads(connection, root, olderThan),
  };
};
