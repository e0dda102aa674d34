/** Which photos a report shows: the surest mistakes, the answers that were least sure, and examples of what is taken for what. */
import { mistakesOf } from "../../shared/mistakes.ts";
import type { AnsweredPhoto, ConfusedPair } from "../../shared/training-facts.ts";
import type { PhotoAnswer } from "../judging/judgement.ts";
import { best } from "../metrics/predictions.ts";

/** How many of each kind. */
const MOST = { mistakes: 12, leastCertain: 12, pairs: 12, examples: 3 };

/** A photo that is answered, as far as this looks at it. */
export type Answer = Omit<PhotoAnswer, "photo"> & { photo: { sha256: string; path: string } };

export interface Answers {
  answers: readonly Answer[];
  labels: readonly string[];
  /** Empty where labels exclude none. */
  confusion: readonly (readonly number[])[];
  /** Of several labels alone, from which score on each is given: a photo without labels is answered rightly where none is. */
  thresholds?: readonly number[] | undefined;
}

/** A score of 0 or 1 has no odds. */
const LEAST = 1e-12;

const logit = (score: number): number => {
  const kept = Math.min(Math.max(score, LEAST), 1 - LEAST);
  return Math.log(kept / (1 - kept));
};

/** The label whose odds lie nearest to those from which on it is given. */
const doubtOf = ({ shown, scores }: Answer, labels: readonly string[], thresholds: readonly number[]) => {
  const distances = Array.from(scores, (score, label) => Math.abs(logit(score) - logit(thresholds[label]!)));
  const label = distances.indexOf(Math.min(...distances));
  const [score, threshold] = [scores[label]!, thresholds[label]!];
  const right = score >= threshold === shown.includes(label);
  return { distance: distances[label]!, doubt: { label: labels[label]!, score, threshold, right } };
};

/** @param pathOf what a photo is called beside its hash, where it may be told */
export const choosePhotos = (
  { answers, labels, confusion, thresholds }: Answers,
  pathOf: (photo: { path: string }) => string | undefined,
): { mistakes: AnsweredPhoto[]; leastCertain: AnsweredPhoto[]; confused: ConfusedPair[] } => {
  const surest = answers
    .map(({ photo, shown, scores }): AnsweredPhoto => {
      const answer = best(scores);
      const path = pathOf(photo);
      return {
        sha256: photo.sha256,
        ...(path !== undefined && { path }),
        label: shown.map((label) => labels[label]!).join(" | "),
        answer: labels[answer]!,
        right: shown.includes(answer) || (shown.length === 0 && scores[answer]! < (thresholds?.[answer] ?? 0)),
        score: scores[answer]!,
        labelScore: Math.max(0, ...shown.map((label) => scores[label]!)),
      };
    })
    .sort((a, b) => b.score - a.score);
  const uncertain = thresholds
    ? answers
        .map((answer) => doubtOf(answer, labels, thresholds))
        .map((doubt, at) => ({ ...doubt, photo: answers[at]!.photo.sha256 }))
        .sort((a, b) => a.distance - b.distance)
        .slice(0, MOST.leastCertain)
        .map(({ photo, doubt }) => ({ ...surest.find(({ sha256 }) => sha256 === photo)!, doubt }))
    : surest.slice(-MOST.leastCertain).reverse();
  const wrong = surest.filter(({ right }) => !right);
  const confused = mistakesOf(confusion)
    .slice(0, MOST.pairs)
    .map(({ from, to, photos }): ConfusedPair => {
      const [label, answer] = [labels[from]!, labels[to]!];
      const like = surest.find((photo) => photo.right && photo.answer === answer);
      return {
        label,
        answer,
        photos,
        of: confusion[from]!.reduce((sum, count) => sum + count, 0),
        examples: wrong.filter((photo) => photo.label === label && photo.answer === answer).slice(0, MOST.examples),
        ...(like && { like }),
      };
    });
  return {
    mistakes: wrong.slice(0, MOST.mistakes),
    leastCertain: uncertain,
    confused,
  };
};
