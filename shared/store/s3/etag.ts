/** Etags: S3 quotes them, we do not. */
import type { PutOptions } from "../store.ts";

export const unquoted = (etag: string | undefined): string => (etag ?? "").replaceAll('"', "");

/** A write's condition, as S3 takes it. */
export const conditionOf = (only: PutOptions["only"]): { IfNoneMatch?: string; IfMatch?: string } => {
  if (only === undefined) return {};
  return only === "absent" ? { IfNoneMatch: "*" } : { IfMatch: `"${only.etag}"` };
};
