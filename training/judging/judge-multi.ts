/**
 * Judges a head of photos that may have several labels, or none: each label has its own scale, shift and threshold. Scale and
 * shift go into the head's last layer, so that the sigmoids of the published model's logits are calibrated scores.
 */
import type { UnknownCheck } from "../../shared/metrics.ts";
import type { Combinations } from "../dataset/dataset.ts";
import type { GateView } from "../gate-views.ts";
import { foldPlatt } from "../head/fold-platt.ts";
import type { LabelPredictions } from "../metrics/decisions.ts";
import { labelFiguresOf, scoreLabels } from "../metrics/label-metrics.ts";
import { shiftScores } from "../metrics/scores.ts";
import { honestLabels } from "./honest-labels.ts";
import { judgedPhotos } from "./judged.ts";
import type { Judgement, JudgementOptions } from "./judgement.ts";
import { labelAgreement } from "./label-agreement.ts";
import { labelScores } from "./label-calibration.ts";
import { drawnLogits } from "./unknown-check.ts";

export interface LabelJudgementOptions extends JudgementOptions {
  /** What the photos' `label` means. */
  combinations: Combinations;
}

export const judgeMulti = async (options: LabelJudgementOptions): Promise<Judgement> => {
  const { photos, labels, combinations, logits, judges, seed, progress } = options;
  const classes = labels.length;
  const judged = judgedPhotos(photos, logits, judges, seed, combinations);
  const { photos: known } = judged;
  const { shown, logits: honest, limits, all, predict } = honestLabels(judged, combinations, classes);
  const head = foldPlatt(options.published, all.platt);
  const thresholds = [...all.thresholds];
  const place = new Map(known.map(({ sha256 }, at) => [sha256, at]));

  const stage = progress.stage("unknown");
  const refuses = (row: Float32Array, limits: ArrayLike<number>): boolean =>
    labelScores(row).every((score, label) => score < limits[label]!);
  const drawn = (await drawnLogits({ ...options, published: head })).map((row) => refuses(row, thresholds));
  const share = (refused: readonly boolean[]): number => refused.filter(Boolean).length / refused.length;
  const refused = honest.map((row, at) => refuses(row, limits[at]!));
  const [labelled, bare] = [true, false].map((has) => refused.filter((_, at) => shown[at]!.length > 0 === has));
  const unknown: UnknownCheck = {
    kept: 1 - share(labelled!),
    ...(bare!.length > 0 && { bare: { photos: bare!.length, refused: share(bare!) } }),
    drawn: { photos: drawn.length, refused: share(drawn) },
  };
  stage.end(
    [
      ...(unknown.bare ? [`${percent(unknown.bare.refused)} of photos without labels are given none`] : []),
      `${percent(share(drawn))} of drawn photos`,
    ].join(", "),
  );

  return {
    head,
    answering: { task: "multi-label", temperature: 1, thresholds },
    unknown,
    photos: known.length,
    heldOut: photos.map(({ sha256 }) => honest[place.get(sha256) ?? -1]),
    gate: {
      agreement: (float, form) => labelAgreement(float, form, thresholds),
      score: (rows, given) =>
        scoreLabels(
          {
            scores: rows.map(labelScores),
            thresholds: rows.map(() => all.thresholds),
            shown: given.map((combination) => combinations[combination]!),
          },
          classes,
        ),
    },
    figures(views, served) {
      const answered = answeredBy(views, served);
      const float = predict(honest);
      const moved = predict(honest.map((row, at) => answered.get(known[at]!.sha256) ?? row));
      const both = known.flatMap(({ sha256 }, at) => (answered.has(sha256) ? [at] : []));
      const ofBoth = ({ scores }: LabelPredictions): LabelPredictions => ({
        scores: both.map((at) => scores[at]!),
        thresholds: both.map((at) => limits[at]!),
        shown: both.map((at) => shown[at]!),
      });
      const [before, after] = [labelFiguresOf(float, labels, thresholds), labelFiguresOf(moved, labels, thresholds)];
      const shifted = shiftScores(
        before.scores,
        scoreLabels(ofBoth(float), classes),
        both.length === known.length ? after.scores : scoreLabels(ofBoth(moved), classes),
      );
      return { float: before, served: { ...after, scores: shifted } };
    },
    answers(views, served) {
      const answered = answeredBy(views, served);
      return known.map((photo, at) => ({
        photo,
        shown: shown[at]!,
        scores: labelScores(answered.get(photo.sha256) ?? honest[at]!),
      }));
    },
  };
};

/** The served form's logits, by photo. */
const answeredBy = (views: readonly GateView[], served: readonly Float32Array[]): Map<string, Float32Array> =>
  new Map(views.flatMap(({ label, sha256 }, at) => (label === undefined ? [] : [[sha256, served[at]!] as const])));

const percent = (share: number): string => `${Math.round(share * 100)}%`;
