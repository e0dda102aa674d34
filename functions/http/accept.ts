/** Whether a reader wants a page or JSON of the same thing. Source: RFC 9110, 12.5.1. */

/** What `Accept` gives a type: its own weight before `type/*`'s, before that of everything. */
const weightOf = (ranges: ReadonlyMap<string, number>, type: string): number =>
  ranges.get(type) ?? ranges.get(type.replace(/\/.*/, "/*")) ?? ranges.get("*/*") ?? 0;

/** Whether HTML is liked better than JSON; who likes both alike, as curl and fetch do, gets JSON. */
export const prefersHtml = (accept: string | undefined): boolean => {
  const ranges = new Map(
    (accept ?? "*/*").split(",").map((range) => {
      const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
      const weight = Number(parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? 1);
      return [type, Number.isFinite(weight) ? weight : 0] as const;
    }),
  );
  return weightOf(ranges, "text/html") > weightOf(ranges, "application/json");
};
