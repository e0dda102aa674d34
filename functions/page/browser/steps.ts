/** What an answer took, in steps that add up to the whole. */

export type Step = readonly [name: string, milliseconds: number];

const names: Readonly<Record<string, string>> = { decode: "decoding", pixels: "resizing", infer: "model" };

export const stepsOf = (timings: Readonly<Record<string, number>>): Step[] =>
  Object.entries(timings).map(([name, time]) => [names[name] ?? name, time]);

/** The timings in `decode;dur=3.1, pixels;dur=1.9, infer;dur=14.2`. */
export const serverTimings = (header: string | null): Record<string, number> =>
  Object.fromEntries(
    (header ?? "").split(",").flatMap((step) => {
      const [, name, duration] = /^\s*(\w+);dur=([\d.]+)/.exec(step) ?? [];
      return name === undefined ? [] : [[name, Number(duration)] as const];
    }),
  );

/**
 * Steps as a line: `decoding 12.9 + model 14.2 + waiting 3.1 = 30.2 ms`. What was not measured is `rest`, and each figure is
 * rounded alike, so that they add up as they stand.
 *
 * @param total milliseconds from the question to its answer
 */
export const written = (steps: readonly Step[], total: number, rest: string): string => {
  const [unit, scale, digits] = total < 100 ? ["ms", 1, 1] : total < 10_000 ? ["ms", 1, 0] : ["s", 1000, 1];
  const tenth = 10 ** digits;
  const rounded = (time: number) => Math.round((time / scale) * tenth);
  const shown = steps.map(([name, time]) => [name, rounded(time)] as const).filter(([, time]) => time > 0);
  const measured = shown.reduce((sum, [, time]) => sum + time, 0);
  // clocks of two machines may differ by a rounding
  const whole = Math.max(rounded(total), measured);
  if (whole > measured) shown.push([rest, whole - measured]);
  const figure = (time: number) => (time / tenth).toFixed(digits);
  return `${shown.map(([name, time]) => `${name} ${figure(time)}`).join(" + ")} = ${figure(whole)} ${unit}`;
};
