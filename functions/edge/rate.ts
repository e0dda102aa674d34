/** How often one caller may ask a Worker, counted by Cloudflare's rate limiting binding where the caller is. */
import type { RateLimit } from "@cloudflare/workers-types";
import { edgeLimits } from "../../shared/limits.ts";
import { neighbourhood } from "../http/address.ts";
import type { Rate } from "../http/rate.ts";

export const createEdgeRate = (binding: RateLimit): Rate => ({
  seconds: edgeLimits.rate.seconds,
  allows: async (c) => (await binding.limit({ key: callerOf(c.req.raw) })).success,
});

/** Cloudflare sets the header itself, whatever a client sends. */
export const callerOf = (request: Request): string => neighbourhood(request.headers.get("cf-connecting-ip") ?? "");
