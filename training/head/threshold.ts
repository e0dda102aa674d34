/** From which score on a label is given: where F1, which weighs labels given wrongly and labels missed alike, is highest. */
import { fallingOrder } from "../metrics/average-precision.ts";
import { fewestForLabel } from "./platt.ts";

/** Where scores mean what they say, a label is likelier there than not. */
const even = 0.5;

/**
 * Between the scores of two neighbours: at .5 where that lies between them, else half-way. With fewer than ten photos of the
 * label the highest F1 is luck, and it stays at .5.
 *
 * @param scores calibrated, of photos that the head has not learned from
 * @param shown 1 for each photo that has the label
 */
export const fitThreshold = (scores: ArrayLike<number>, shown: ArrayLike<number>): number => {
  let has = 0;
  for (let photo = 0; photo < shown.length; photo++) if (shown[photo]) has++;
  if (has < fewestForLabel) return even;
  const order = fallingOrder(scores);
  let best = { f1: 0, threshold: even };
  let right = 0;
  for (let given = 1; given <= order.length; given++) {
    const [score, next] = [scores[order[given - 1]!]!, given < order.length ? scores[order[given]!]! : 0];
    if (shown[order[given - 1]!]) right++;
    // photos of equal score are given the label together
    if (score === next) continue;
    const f1 = (2 * right) / (given + has);
    const threshold = next < even && even <= score ? even : (score + next) / 2;
    if (f1 > best.f1 || (f1 === best.f1 && Math.abs(threshold - even) < Math.abs(best.threshold - even)))
      best = { f1, threshold };
  }
  return best.threshold;
};
