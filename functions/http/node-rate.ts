/**
 * How often one caller may ask a server on Node: a bucket of tokens for each, in memory. Off unless WHIPPET_RATE says how
 * many a minute; behind several servers each counts for itself.
 */
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import { z } from "zod";
import type { Clock } from "../../shared/classifier/clock.ts";
import { nodeLimits } from "../../shared/limits.ts";
import { neighbourhood } from "./address.ts";
import type { Asking, Rate } from "./rate.ts";

/** Buckets kept at once; beyond them the one of whoever asked longest ago is forgotten. */
const CALLERS = 100_000;

const MINUTE = 60_000;

export interface NodeRateSettings {
  /** Requests a minute that compute or write; as many may come at once. Reading may be more often: `nodeLimits.readings`. */
  perMinute: number;
  /** The header in which a proxy says who asks; believed only because the owner says so. */
  trusted: string | undefined;
}

const variables = z.object({
  WHIPPET_RATE: z.coerce.number().int().min(1).max(1_000_000).optional(),
  WHIPPET_TRUST_PROXY: z
    .string()
    .regex(/^[a-z0-9-]+$/i)
    .optional(),
});

/**
 * Undefined without WHIPPET_RATE.
 * @throws Error naming the variable, its value and what it may be
 */
export const readNodeRate = (
  environment: Readonly<Record<string, string | undefined>>,
): NodeRateSettings | undefined => {
  const { WHIPPET_RATE, WHIPPET_TRUST_PROXY } = environment;
  const parsed = variables.safeParse({
    WHIPPET_RATE: WHIPPET_RATE || undefined,
    WHIPPET_TRUST_PROXY: WHIPPET_TRUST_PROXY || undefined,
  });
  if (!parsed.success) {
    const name = parsed.error.issues[0]!.path[0] as "WHIPPET_RATE" | "WHIPPET_TRUST_PROXY";
    const fix =
      name === "WHIPPET_RATE"
        ? "how many photos a minute one address may send, 1 or more"
        : "the header in which your proxy says who asks, such as x-forwarded-for";
    throw new Error(`${name} is ${JSON.stringify(environment[name])}; it must be ${fix}`);
  }
  const { WHIPPET_RATE: perMinute, WHIPPET_TRUST_PROXY: trusted } = parsed.data;
  return perMinute === undefined ? undefined : { perMinute, trusted };
};

/** A proxy appends the address that it saw: the last one is its word, those before are the client's. */
const callerOf = (c: Context, trusted: string | undefined): string => {
  const said = trusted === undefined ? undefined : c.req.header(trusted)?.split(",").at(-1)?.trim();
  return neighbourhood(said || (getConnInfo(c).remote.address ?? ""));
};

export const createNodeRate = ({ perMinute, trusted }: NodeRateSettings, clock: Clock): Rate => {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const most: Record<Asking, number> = { work: perMinute, reading: perMinute * nodeLimits.readings };
  return {
    seconds: (asking) => Math.ceil(60 / most[asking]),
    async allows(c, asking) {
      const caller = `${asking} ${callerOf(c, trusted)}`;
      const now = clock.now();
      const { tokens, at } = buckets.get(caller) ?? { tokens: most[asking], at: now };
      const there = Math.min(most[asking], tokens + ((now - at) / MINUTE) * most[asking]);
      const allowed = there >= 1;
      // a Map keeps the order of insertion: the first asked longest ago
      buckets.delete(caller);
      buckets.set(caller, { tokens: allowed ? there - 1 : there, at: now });
      if (buckets.size > CALLERS) buckets.delete(buckets.keys().next().value!);
      return allowed;
    },
  };
};
