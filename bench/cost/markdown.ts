/** Numbers and tables as docs/cost.md writes them. */
import { type Line, sum } from "./bill.ts";
import { type Price, priceOf } from "./prices.ts";

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const three = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

/** 0.8028 as "$0.80", 60607.29 as "$60,607"; what is less than half a cent is next to nothing, and said so. */
export const dollars = (amount: number): string => {
  if (amount > 0 && amount < 0.005) return "< $0.01";
  return amount < 100 ? `$${amount.toFixed(2)}` : `$${whole.format(amount)}`;
};

/** 787256.8 as "787,257"; 0.125 as it is. */
export const quantity = (value: number): string => (value < 100 ? three : whole).format(value);

/** "$0.20 a million", "$0.0000166667". */
export const unitPrice = ({ dollars: amount, per }: Price): string =>
  per === 1 ? `$${amount}` : `$${amount.toFixed(2)} a million`;

export const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** A bill line by line, its sum last. */
export const billTable = (lines: readonly Line[]): string => {
  const rows = lines.map(({ price, units, free, list, paid }) => [
    `\`${price}\``,
    priceOf(price).unit,
    quantity(units),
    free > 0 ? quantity(free) : "",
    dollars(list),
    dollars(paid),
  ]);
  const { list, paid } = sum(lines);
  const total = ["**sum**", "", "", "", dollars(list), dollars(paid)];
  return markdownTable(["price", "of", "units", "free", "list", "paid"], [...rows, total]);
};
