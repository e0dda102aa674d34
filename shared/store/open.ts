/** Node only: the store that a URL names, as people write it in `--store` and `WHIPPET_STORE`. */
import { fileURLToPath } from "node:url";
import { createFileStore } from "./file.ts";
import { createS3Store } from "./s3.ts";
import type { Store } from "./store.ts";

/**
 * `file:FOLDER`, relative to the working directory or absolute; `file:///FOLDER` as a proper URL;
 * `s3://BUCKET[/PREFIX][?endpoint=URL&region=REGION]`.
 * @param options.signal ends operations that wait for a network
 * @throws Error naming the URL and what is supported
 */
export const openStore = (url: string, { signal }: { signal?: AbortSignal } = {}): Store => {
  if (url.startsWith("file://")) return createFileStore(fileURLToPath(url));
  if (url.startsWith("file:") && url.length > 5) return createFileStore(url.slice(5));
  if (url.startsWith("s3:")) return createS3Store(url, { signal });
  throw new Error(
    `cannot open the store ${JSON.stringify(url)}: supported are file:FOLDER, for example file:.whippet/store, and s3://BUCKET/PREFIX`,
  );
};
