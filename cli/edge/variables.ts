/** The variables of a Worker: what a deploy was told, and what the one that is there was told before. */
import { readFallback } from "../../functions/edge/fallback-url.ts";
import { readOrigins } from "../../functions/http/cors.ts";
import { readVariables } from "../../functions/settings.ts";

export type EdgeVariables = Readonly<Record<string, string>>;

/**
 * wrangler replaces all variables, so that one which nobody names is gone, and with WHIPPET_ACCESS its keys: what is there
 * stays, but for what is given now. An empty value takes a variable away.
 *
 * @throws Error naming a variable that the Worker would refuse
 */
export const mergeVariables = (there: EdgeVariables, given: EdgeVariables): EdgeVariables => {
  const merged = Object.fromEntries(Object.entries({ ...there, ...given }).filter(([, value]) => value !== ""));
  readVariables(merged);
  readOrigins(merged.WHIPPET_CORS);
  readFallback(merged.WHIPPET_FALLBACK_URL);
  return merged;
};

/** Those that nobody gave now. */
export const keptOf = (there: EdgeVariables, given: EdgeVariables): string[] =>
  Object.entries(there).flatMap(([name, value]) => (name in given || value === "" ? [] : [`${name}=${value}`]));

export const varArguments = (variables: EdgeVariables): string[] =>
  Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
