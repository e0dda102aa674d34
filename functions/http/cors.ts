/** Which pages of other origins may call this server from a browser: those that the owner names, else none. */
import type { MiddlewareHandler } from "hono";

/** `*`, or origins such as `https://example.org`. */
export type Origins = "*" | readonly string[];

/** Those besides the few that browsers always show. */
const EXPOSED = "etag, retry-after, server-timing, whippet-version, x-request-id, content-range, accept-ranges";

/** Seconds for which a browser need not ask again; more than two hours is heeded by none. */
const PREFLIGHT_SECONDS = 7200;

/**
 * @param value WHIPPET_CORS: `*`, or origins separated by commas
 * @throws Error naming the origin that is none
 */
export const readOrigins = (value: string | undefined): Origins | undefined => {
  const named = (value ?? "")
    .split(",")
    .map((origin) => origin.trim())
    .filter(Boolean);
  if (named.length === 0) return undefined;
  if (named.includes("*")) return "*";
  for (const origin of named)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      throw new Error(
        `WHIPPET_CORS names ${JSON.stringify(origin)}, which is no origin; write it as https://example.org, without a path or a final slash`,
      );
  return named;
};

/** Preflights are answered here; other answers say who may read them. Source: fetch.spec.whatwg.org, CORS protocol. */
export const allowOrigins =
  (origins: Origins): MiddlewareHandler =>
  async (c, next) => {
    const origin = c.req.header("origin");
    const allowed = origin !== undefined && (origins === "*" || origins.includes(origin));
    const method = c.req.header("access-control-request-method");
    const asked = c.req.header("access-control-request-headers");
    if (allowed && c.req.method === "OPTIONS" && method !== undefined)
      c.res = c.body(null, 204, {
        "access-control-allow-methods": method,
        ...(asked !== undefined && { "access-control-allow-headers": asked }),
        "access-control-max-age": String(PREFLIGHT_SECONDS),
      });
    else await next();
    if (origins !== "*") c.header("vary", "origin", { append: true });
    if (!allowed) return;
    c.header("access-control-allow-origin", origins === "*" ? "*" : origin);
    c.header("access-control-expose-headers", EXPOSED);
  };
