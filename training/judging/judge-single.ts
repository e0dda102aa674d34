/** Judges a head of photos with one label each: a temperature for all, and an energy below which a photo is unknown. */
import type { Figures } from "../../shared/metrics.ts";
import { score } from "../form-gate.ts";
import { figuresOf } from "../metrics/metrics.ts";
import { calibrateJudged } from "./calibrated.ts";
import { judgedFigures, judgedPhotos } from "./judged.ts";
import type { Judgement, JudgementOptions } from "./judgement.ts";
import { checkUnknown } from "./unknown-check.ts";

export const judgeSingle = async (options: JudgementOptions): Promise<Judgement> => {
  const { photos, labels, logits, judges, seed, published } = options;
  const judged = judgedPhotos(photos, logits, judges, seed);
  const calibration = calibrateJudged(judged);
  const { temperature, unknown } = calibration;
  return {
    head: published,
    answering: { task: "single-label", temperature, unknown },
    unknown: await checkUnknown({ ...options, unknown }),
    photos: judged.photos.length,
    heldOut: logits,
    gate: { score: (logits, labels) => score(logits, labels, temperature) },
    figures(views, rows) {
      const { float, served, servedScores } = judgedFigures(judged, calibration, views, rows);
      const figures = (predictions: typeof float): Figures => figuresOf(predictions, labels);
      return { float: figures(float), served: { ...figures(served), scores: servedScores } };
    },
    answers(views, rows) {
      const { served } = judgedFigures(judged, calibration, views, rows);
      return judged.photos.map((photo, at) => ({ photo, shown: [photo.label], scores: served.scores[at]! }));
    },
  };
};
