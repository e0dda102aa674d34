/** `GET /assets/*`: scripts and wasm that the page loads on demand, compressed ahead, and kept by browsers for good. */
import type { Context } from "hono";
import { Problem } from "../../../shared/problem.ts";
import { acceptsBrotli } from "../../http/accept.ts";
import { etagOf, isKnown } from "../../http/etag.ts";
import { answerInParts, IMMUTABLE } from "../../http/range.ts";
import { ENTRY } from "./names.ts";

export interface Assets {
  /** @returns the asset, as it is or compressed; undefined where there is none of that name */
  read(name: string, encoding: "br" | "identity"): Promise<Uint8Array | undefined>;
}

/** A worker is bound by the policy that comes with its script, not by its page's. */
const WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/** What goes with every asset, on every platform. */
export const headersOf = (name: string): Record<string, string> => ({
  "cache-control": name === ENTRY ? "no-cache" : IMMUTABLE,
  "x-content-type-options": "nosniff",
  ...(name.endsWith(".js")
    ? { "content-type": "text/javascript; charset=utf-8", "content-security-policy": WORKER_POLICY }
    : { "content-type": "application/wasm" }),
});

/**
 * @param most bytes that the platform can carry in one answer
 * @throws Problem 404 where there is no such asset; 413 where it must be asked for in parts
 */
export const answerAsset = async (
  c: Context,
  assets: Assets,
  { name, most }: { name: string; most: number },
): Promise<Response> => {
  const encoding = acceptsBrotli(c.req.header("accept-encoding")) ? "br" : "identity";
  const bytes = await assets.read(name, encoding);
  if (!bytes)
    throw new Problem(
      404,
      `there is no asset ${JSON.stringify(name)}; open the page again, for those that are there now`,
    );
  const etag = name === ENTRY ? await etagOf(bytes) : `"${name}.${encoding}"`;
  const headers = {
    ...headersOf(name),
    ...(encoding === "br" && { "content-encoding": encoding }),
    etag,
    vary: "accept-encoding",
  };
  if (isKnown(c.req.header("if-none-match"), etag)) return new Response(null, { status: 304, headers });
  return answerInParts(bytes, { range: c.req.header("range"), most, headers });
};
