/** A bill: so many units of what costs so much. */
import { priceOf } from "./prices.ts";

export interface Line {
  /** Of docs/prices.json. */
  price: string;
  units: number;
  /** How many units are not billed to an account that uses them for nothing else. */
  free: number;
  /** Without what is free, as an account pays that has used it up. */
  list: number;
  /** What is paid by an account that has the free units left. */
  paid: number;
}

export const line = (price: string, units: number): Line => {
  const { dollars, per, free = 0 } = priceOf(price);
  const unfree = Math.max(0, units - free);
  return { price, units, free: units - unfree, list: (units * dollars) / per, paid: (unfree * dollars) / per };
};

export interface Sum {
  list: number;
  paid: number;
}

export const sum = (lines: readonly Line[]): Sum => ({
  list: lines.reduce((total, { list }) => total + list, 0),
  paid: lines.reduce((total, { paid }) => total + paid, 0),
});

/** AWS counts a TB as 1024 GB. */
const TB = 1024;
const tiers = [
  ["transfer.first", 10 * TB],
  ["transfer.next", 40 * TB],
  ["transfer.further", 100 * TB],
  ["transfer.beyond", Number.POSITIVE_INFINITY],
] as const;

/** What is sent from AWS to the internet, in GB a month. */
export const transfer = (gigabytes: number): Line[] => {
  const lines: Line[] = [];
  let left = gigabytes;
  for (const [price, size] of tiers) {
    if (left <= 0) break;
    lines.push(line(price, Math.min(left, size)));
    left -= size;
  }
  return lines;
};
