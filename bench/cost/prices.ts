/** The public prices of docs/prices.json: the one table that every bill in docs/cost.md is computed from. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { packageRoot } from "../../shared/package-root.ts";

/**
 * Where a price was seen: in a stored copy of the provider's own page, quoted from that page by someone else, or nowhere
 * but in our memory, since the page itself could not be read from where this was written.
 */
export const evidences = ["copy", "quoted", "memory"] as const;

const priceSchema = z.object({
  /** For `per` units. */
  dollars: z.number().positive(),
  per: z.int().positive(),
  unit: z.string().min(1),
  /** Units a month that the provider always gives to an account, once. */
  free: z.number().positive().optional(),
  source: z.url(),
  /** When it was true, as far as who says so gives a date. */
  asOf: z.string().regex(/^(\d{4}(-\d{2}(-\d{2})?)?|undated)$/),
  evidence: z.enum(evidences),
  /** Who quotes it. */
  via: z.url().optional(),
});
export type Price = z.infer<typeof priceSchema>;

const tableSchema = z.object({
  region: z.string(),
  currency: z.literal("USD"),
  prices: z.record(z.string(), priceSchema),
});

export const priceTable = tableSchema.parse(JSON.parse(readFileSync(join(packageRoot, "docs/prices.json"), "utf8")));

/** @throws Error naming the price that docs/prices.json lacks */
export const priceOf = (name: string): Price => {
  const price = priceTable.prices[name];
  if (price === undefined) throw new Error(`docs/prices.json has no price ${name}; add it with its source`);
  return price;
};
