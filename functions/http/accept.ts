/** What a reader likes best: a page or JSON of the same thing, and in which encoding. Source: RFC 9110, 12.5.1 and 12.5.3. */

/** Weights by type or encoding, as a header gives them. */
const weightsIn = (header: string): ReadonlyMap<string, number> =>
  new Map(
    header.split(",").map((range) => {
      const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
      const weight = Number(parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? 1);
      return [type, Number.isFinite(weight) ? weight : 0] as const;
    }),
  );

/** What `Accept` gives a type: its own weight before `type/*`'s, before that of everything. */
const weightOf = (ranges: ReadonlyMap<string, number>, type: string): number =>
  ranges.get(type) ?? ranges.get(type.replace(/\/.*/, "/*")) ?? ranges.get("*/*") ?? 0;

/** Whether HTML is liked better than JSON; who likes both alike, as curl and fetch do, gets JSON. */
export const prefersHtml = (accept: string | undefined): boolean => {
  const ranges = weightsIn(accept ?? "*/*");
  return weightOf(ranges, "text/html") > weightOf(ranges, "application/json");
};

/** Whether an answer may be compressed by brotli; browsers say so on secure connections alone. */
export const acceptsBrotli = (acceptEncoding: string | undefined): boolean =>
  (weightsIn(acceptEncoding ?? "").get("br") ?? 0) > 0;
