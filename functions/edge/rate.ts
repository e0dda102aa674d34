/** How often one caller may ask a Worker, counted by Cloudflare's rate limiting binding where the caller is. */
import type { RateLimit } from "@cloudflare/workers-types";
import type { Rate } from "../http/rate.ts";

/** As wrangler.toml sets it; the binding does not say. */
export const RATE_SECONDS = 60;

export const createEdgeRate = (binding: RateLimit): Rate => ({
  seconds: RATE_SECONDS,
  allows: async (request) => (await binding.limit({ key: callerOf(request) })).success,
});

/** A household or a server has a whole /64 of IPv6 addresses: together they are one caller. */
export const callerOf = (request: Request): string => {
  const address = request.headers.get("cf-connecting-ip") ?? "";
  if (!address.includes(":")) return address;
  const [before = "", after] = address.split("::");
  const groups = before.split(":").filter(Boolean);
  const rest = after === undefined ? [] : after.split(":").filter(Boolean);
  const missing = after === undefined ? 0 : 8 - groups.length - rest.length;
  return [...groups, ...new Array<string>(Math.max(0, missing)).fill("0"), ...rest]
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ""))
    .join(":");
};
