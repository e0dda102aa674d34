/**
 * How fast work goes, by what was done lately: preparation before the first unit counts for nothing, and units that were there
 * already are no speed.
 */

export interface Pace {
  /** Units a second, and milliseconds left at that; undefined before enough is known. */
  update(done: number, total: number, now: number): { rate: number; left: number } | undefined;
}

/** Milliseconds that are looked back, and that lie between two marks. */
const [WINDOW, BETWEEN] = [15_000, 100];
/** Units and milliseconds before which nothing is foretold. */
const [FEWEST, SHORTEST] = [3, 500];

export const createPace = (): Pace => {
  let marks: { at: number; done: number }[] = [];
  return {
    update(done, total, now) {
      const last = marks.at(-1);
      // the same bar, begun anew
      if (last && done < last.done) marks = [];
      if (marks.length === 0 || now - marks.at(-1)!.at >= BETWEEN) marks.push({ at: now, done });
      while (marks.length > 1 && now - marks[1]!.at >= WINDOW) marks.shift();
      const [first] = marks as [(typeof marks)[number]];
      const [units, time] = [done - first.done, now - first.at];
      if (units < FEWEST || time < SHORTEST) return undefined;
      const rate = units / (time / 1000);
      return { rate, left: ((total - done) / rate) * 1000 };
    },
  };
};
