/**
 * What makes one label's scores honest: the scale and shift with the lowest NLL of sigmoid(scale · logit + shift).
 * Source: Platt 1999, "Probabilistic Outputs for Support Vector Machines", whose targets keep a little from 0 and 1 so that a
 * label that is told apart perfectly does not grow certain; by Newton's method, as Lin, Lin and Weng 2007 have it.
 */
import { temperatureBounds } from "./calibrate.ts";

export interface Platt {
  scale: number;
  shift: number;
}

/** A label with fewer photos than this, or on all but so few, says nothing about confidence: its logits stay as they are. */
export const fewestForLabel = 10;

/** With fewer photos than this the fit must not make the model surer than it is by itself. */
const fewestForSharpening = 30;

const steps = 50;
/** In the parameters; far less than anybody sees. */
const precise = 1e-6;
/** Keeps the curvature invertible where all scores are certain. */
const ridge = 1e-9;

/**
 * @param logits of photos, by a head that has not learned from them
 * @param shown 1 for each photo that has the label
 */
export const fitPlatt = (logits: ArrayLike<number>, shown: ArrayLike<number>): Platt => {
  let has = 0;
  for (let photo = 0; photo < shown.length; photo++) if (shown[photo]) has++;
  const few = Math.min(has, shown.length - has);
  if (few < fewestForLabel) return { scale: 1, shift: 0 };
  const targets = { shown: (has + 1) / (has + 2), other: 1 / (shown.length - has + 2) };
  const target = (photo: number): number => (shown[photo] ? targets.shown : targets.other);
  const most = few < fewestForSharpening ? 1 : 1 / temperatureBounds.lowest;
  const free = descend(logits, target, { scale: 1, shift: 0 }, false);
  const scale = Math.min(most, Math.max(1 / temperatureBounds.highest, free.scale));
  return scale === free.scale ? free : descend(logits, target, { scale, shift: free.shift }, true);
};

/** Newton's method with halved steps, from `start` down; `fixed`: the scale stays. */
const descend = (logits: ArrayLike<number>, target: (photo: number) => number, start: Platt, fixed: boolean): Platt => {
  let at = start;
  let value = nllAt(logits, target, at);
  for (let step = 0; step < steps; step++) {
    let [g1, g2, h11, h12, h22] = [0, 0, ridge, 0, ridge];
    for (let photo = 0; photo < logits.length; photo++) {
      const x = logits[photo]!;
      const score = 1 / (1 + Math.exp(-(at.scale * x + at.shift)));
      const off = score - target(photo);
      const curve = score * (1 - score);
      g1 += off * x;
      g2 += off;
      h11 += curve * x * x;
      h12 += curve * x;
      h22 += curve;
    }
    const determinant = h11 * h22 - h12 * h12;
    const move = fixed
      ? { scale: 0, shift: -g2 / h22 }
      : { scale: (h12 * g2 - h22 * g1) / determinant, shift: (h12 * g1 - h11 * g2) / determinant };
    let reach = 1;
    let next = at;
    let lower = value;
    for (; reach > precise; reach /= 2) {
      next = { scale: at.scale + reach * move.scale, shift: at.shift + reach * move.shift };
      lower = nllAt(logits, target, next);
      if (lower < value) break;
    }
    if (!(lower < value)) break;
    const moved = Math.abs(next.scale - at.scale) + Math.abs(next.shift - at.shift);
    [at, value] = [next, lower];
    if (moved < precise) break;
  }
  return at;
};

/** Sum over the photos. */
const nllAt = (logits: ArrayLike<number>, target: (photo: number) => number, { scale, shift }: Platt): number => {
  let sum = 0;
  for (let photo = 0; photo < logits.length; photo++) {
    const x = scale * logits[photo]! + shift;
    // log(1 + exp(x)) - target · x, where exp meets no large number
    sum += Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x))) - target(photo) * x;
  }
  return sum;
};
