/** What people are shown of an answer. */
import type { Answer } from "./classifier.ts";
import type { Prediction } from "./scores.ts";

export interface Listed extends Prediction {
  /** Of a multi-label model's answer: whether the photo shows it. */
  given?: boolean;
}

/** The best labels, `most` of them; of a multi-label model also whatever else the photo shows. */
export const listed = ({ predictions, labels }: Pick<Answer, "predictions" | "labels">, most: number): Listed[] => {
  const best = predictions.slice(0, most);
  if (!labels) return best;
  const given = new Set(labels.map(({ label }) => label));
  const shown = new Set(best.map(({ label }) => label));
  return [...best, ...labels.filter(({ label }) => !shown.has(label))].map((prediction) => ({
    ...prediction,
    given: given.has(prediction.label),
  }));
};
