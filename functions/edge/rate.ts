/** How often one caller may ask a Worker, counted by Cloudflare's rate limiting bindings where the caller is. */
import type { RateLimit } from "@cloudflare/workers-types";
import { edgeLimits } from "../../shared/limits.ts";
import { neighbourhood } from "../http/address.ts";
import type { Asking, Rate } from "../http/rate.ts";

export const createEdgeRate = (bindings: Record<Asking, RateLimit>): Rate => ({
  seconds: (asking) => edgeLimits.rate[asking].seconds,
  allows: async (c, asking) => (await bindings[asking].limit({ key: callerOf(c.req.raw) })).success,
});

/** Cloudflare sets the header itself, whatever a client sends. */
export const callerOf = (request: Request): string => neighbourhood(request.headers.get("cf-connecting-ip") ?? "");
