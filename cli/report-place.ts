/** Where a version's report lies, as people open it: a file's path, or its address in a bucket. */
import { join } from "node:path";
import { versionPrefix } from "../shared/registry/keys.ts";
import type { Store } from "../shared/store/store.ts";

const REPORT = "report.html";

/** @param store as people write it: `file:.whippet/store`, `s3://bucket/prefix?endpoint=…` */
export const reportPlace = (store: string, model: string, version: string): string => {
  const key = versionPrefix(model, version) + REPORT;
  if (store.startsWith("file:")) return join(store.slice("file:".length), key);
  return `${store.replace(/\?.*$/, "").replace(/\/$/, "")}/${key}`;
};

/** Null where the version was published without one. */
export const findReport = async (store: Store, model: string, version: string): Promise<string | null> => {
  const key = versionPrefix(model, version) + REPORT;
  const found = (await store.list(key)).some((object) => object.key === key);
  return found ? reportPlace(store.url, model, version) : null;
};
