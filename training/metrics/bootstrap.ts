/**
 * Where the figures of a multi-label model lie, by the photos that happened to be there: the percentile bootstrap (Efron 1979).
 * Photos are drawn with replacement, as many as there are, and every figure is computed anew on each draw; 95% of the results
 * lie between the ends.
 */
import { drawFrom } from "../seeded.ts";
import { fallingOrder, ofOrder } from "./average-precision.ts";
import { type Counts, column, type Decisions, f1Of, given, type LabelPredictions } from "./decisions.ts";

/** Draws: of a thousand the 25th from either end is the interval's. Fewer where photos and labels are many, to end in seconds. */
const draws = { usual: 1000, fewest: 200 };
/** Photos times labels times draws that are looked at. */
const bearable = 2e8;

/** Two bootstraps of the same predictions are the same. */
const SEED = 1;

interface Label {
  scores: Float64Array;
  order: number[];
  shown: Uint8Array;
  given: Uint8Array;
}

export const bootstrapIntervals = (
  predictions: LabelPredictions,
  classes: number,
): NonNullable<Decisions["intervals"]> => {
  const photos = predictions.scores.length;
  const labels = Array.from({ length: classes }, (_, label): Label => {
    const scores = Float64Array.from(predictions.scores, (row) => row[label]!);
    return {
      scores,
      order: fallingOrder(scores),
      shown: column(predictions.shown, label),
      given: given(predictions, label),
    };
  });
  const rounds = Math.max(draws.fewest, Math.min(draws.usual, Math.floor(bearable / (photos * classes))));
  const next = drawFrom(SEED);
  const found = { map: new Float64Array(rounds), microF1: new Float64Array(rounds), macroF1: new Float64Array(rounds) };
  const times = new Uint16Array(photos);
  for (let round = 0; round < rounds; round++) {
    times.fill(0);
    for (let drawn = 0; drawn < photos; drawn++) times[Math.floor(next() * photos)]!++;
    const figures = figuresOf(labels, times);
    for (const what of ["map", "microF1", "macroF1"] as const) found[what][round] = figures[what];
  }
  return { map: middle(found.map), microF1: middle(found.microF1), macroF1: middle(found.macroF1) };
};

/** @param times how often each photo was drawn */
const figuresOf = (labels: readonly Label[], times: Uint16Array): Pick<Decisions, "map" | "microF1" | "macroF1"> => {
  const all: Counts = { right: 0, wrong: 0, missed: 0 };
  let [precisions, f1s, known] = [0, 0, 0];
  for (const { scores, order, shown, given } of labels) {
    const counts: Counts = { right: 0, wrong: 0, missed: 0 };
    for (const [photo, often] of times.entries()) {
      if (shown[photo] && given[photo]) counts.right += often;
      else if (given[photo]) counts.wrong += often;
      else if (shown[photo]) counts.missed += often;
    }
    for (const what of ["right", "wrong", "missed"] as const) all[what] += counts[what];
    const precise = ofOrder(order, scores, shown, times);
    if (precise === undefined) continue;
    precisions += precise;
    f1s += f1Of(counts);
    known++;
  }
  return { map: known && precisions / known, microF1: f1Of(all), macroF1: known && f1s / known };
};

/** The ends of the middle 95%. */
const middle = (values: Float64Array): [low: number, high: number] => {
  const sorted = values.toSorted();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
  return [at(0.025), at(0.975)];
};
