/** The learning rate from epoch to epoch, and when it is enough. */

export interface ScheduleSettings {
  learningRate: number;
  /** `cosine` falls along half a cosine to nothing (Loshchilov and Hutter 2017); `constant` stays. */
  schedule: "constant" | "cosine";
  /** At most. */
  epochs: number;
  /** The rate is halved after this many epochs without a lower loss on the photos it is stopped by. */
  plateau: number;
  /** And this many end the training; the weights of the lowest loss are kept. */
  patience: number;
}

export interface Watched {
  /** Of the lowest loss so far. */
  bestEpoch: number;
  bestLoss: number;
  /** How often the rate was halved, and in which epoch last. */
  halvings: number;
  halvedIn: number;
}

export const unwatched: Watched = { bestEpoch: 0, bestLoss: Number.POSITIVE_INFINITY, halvings: 0, halvedIn: 0 };

/** @param epoch from 1 */
export const rateOf = (
  { learningRate, schedule, epochs }: ScheduleSettings,
  epoch: number,
  halvings: number,
): number => {
  const share = schedule === "constant" ? 1 : (1 + Math.cos((Math.PI * (epoch - 1)) / epochs)) / 2;
  return (learningRate * share) / 2 ** halvings;
};

/** After an epoch that came to `loss`. */
export const watch = (seen: Watched, epoch: number, loss: number, { plateau }: ScheduleSettings): Watched => {
  if (loss < seen.bestLoss) return { ...seen, bestEpoch: epoch, bestLoss: loss };
  const since = epoch - Math.max(seen.bestEpoch, seen.halvedIn);
  return since < plateau ? seen : { ...seen, halvings: seen.halvings + 1, halvedIn: epoch };
};

export const isEnough = ({ bestEpoch }: Watched, epoch: number, { epochs, patience }: ScheduleSettings): boolean =>
  epoch >= epochs || epoch - bestEpoch >= patience;
