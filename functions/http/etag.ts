/** Conditional requests: a reader who has an answer already is told that it is still right. Source: RFC 9110, 13.1.2. */
import type { Context } from "hono";
import { sha256 } from "../../shared/hash.ts";

/**
 * Whether `If-None-Match` names `etag`, by weak comparison.
 * @param etag in quotes
 */
export const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(/\s*,\s*/).some((tag) => tag === "*" || tag.replace(/^W\//, "") === etag) ?? false;

/** The quoted hash of what is answered. */
export const etagOf = async (body: string | Uint8Array): Promise<string> =>
  `"${(await sha256(typeof body === "string" ? new TextEncoder().encode(body) : body)).slice(0, 32)}"`;

/** 200 with `body`, or 304 to a reader who has it; either way it is asked again each time. */
export const answerUnlessKnown = (
  c: Context,
  { body, etag, contentType }: { body: string; etag: string; contentType: string },
): Response => {
  const headers = { etag, "cache-control": "no-cache" };
  return isKnown(c.req.header("if-none-match"), etag)
    ? c.body(null, 304, headers)
    : c.body(body, 200, { ...headers, "content-type": contentType });
};
