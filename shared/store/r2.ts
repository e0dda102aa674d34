/** A store in a Worker's R2 bucket, through its binding. */
import type { R2Bucket, R2ListOptions } from "@cloudflare/workers-types";
import { settleRefusedPut } from "./conditional.ts";
import { checkKey } from "./key.ts";
import type { ListedObject, Store, StoredObject } from "./store.ts";

/** R2 deletes at most this many keys in one call. */
const KEYS_PER_DELETE = 1000;

/** @param binding the bucket's name in wrangler.toml, for messages */
export const createR2Store = (bucket: R2Bucket, binding: string): Store => {
  function get(key: string): Promise<StoredObject | undefined>;
  function get(key: string, known: string | undefined): Promise<StoredObject | "unchanged" | undefined>;
  async function get(key: string, known?: string): Promise<StoredObject | "unchanged" | undefined> {
    const found = await bucket.get(checkKey(key), known === undefined ? {} : { onlyIf: { etagDoesNotMatch: known } });
    if (found === null) return undefined;
    // without content the condition did not hold: the object is still the known one
    if (!("arrayBuffer" in found)) return "unchanged";
    return { bytes: new Uint8Array(await found.arrayBuffer()), etag: found.etag };
  }

  return {
    url: `r2:${binding}`,
    get,

    async getPart(key, start, end) {
      const head = await bucket.head(checkKey(key));
      if (head === null) return undefined;
      if (start >= Math.min(end, head.size)) return { bytes: new Uint8Array(), size: head.size };
      const found = await bucket.get(key, { range: { offset: start, length: end - start } });
      return found === null ? undefined : { bytes: new Uint8Array(await found.arrayBuffer()), size: found.size };
    },

    async put(key, bytes, { contentType, only } = {}) {
      const written = await bucket.put(checkKey(key), bytes, {
        ...(contentType === undefined ? {} : { httpMetadata: { contentType } }),
        ...(only === undefined
          ? {}
          : { onlyIf: only === "absent" ? { etagDoesNotMatch: "*" } : { etagMatches: only.etag } }),
      });
      return written === null ? settleRefusedPut({ get }, key, bytes) : { etag: written.etag };
    },

    async list(prefix) {
      const objects: ListedObject[] = [];
      for (let page: R2ListOptions | undefined = { prefix }; page !== undefined; ) {
        const found = await bucket.list(page);
        for (const { key, size, uploaded } of found.objects) objects.push({ key, bytes: size, modified: uploaded });
        page = found.truncated ? { prefix, cursor: found.cursor } : undefined;
      }
      return objects.sort((a, b) => (a.key < b.key ? -1 : 1));
    },

    async remove(keys) {
      const checked = keys.map(checkKey);
      for (let at = 0; at < checked.length; at += KEYS_PER_DELETE)
        await bucket.delete(checked.slice(at, at + KEYS_PER_DELETE));
    },
  };
};
