/** Reports of models whose every figure is drawn by a seeded die, with a grey square for each photo. */
import type { Metrics, Swept } from "../../shared/metrics.ts";
import type { TrainingFacts } from "../../shared/training-facts.ts";
import type { Trial } from "../../shared/training-job.ts";
import { figuresOf } from "../../training/metrics/metrics.ts";
import { openCanvas } from "../../training/report/canvas.ts";
import { choosePhotos } from "../../training/report/choose.ts";
import { reportPage } from "../../training/report/page.ts";
import { asDataUri } from "../../training/report/pictures.ts";
import type { ReportView } from "../../training/report/view.ts";
import { drawnPredictions } from "../page/charts.ts";

const square = await asDataUri({ data: new Uint8Array(3 * 64).fill(120), width: 8, height: 8 });

const history = Array.from({ length: 12 }, (_, at) => ({
  epoch: at + 1,
  loss: 1 / (at + 1),
  accuracy: 1 - 0.5 / (at + 1),
  validationLoss: 0.2 + 1 / (at + 1),
  validationAccuracy: 0.9 - 0.5 / (at + 1),
  seconds: at,
}));

/** One of the ways to train that a report compares. */
export const swept = (trial: Trial, nll: number, behind?: [loss: number, error: number]): Swept => ({
  trial,
  scores: { photos: 100, top1: 0.9, interval: [0.826, 0.945], top5: 1, nll, ece: 0.0124 },
  ...(behind && { behind: { loss: behind[0], error: behind[1] } }),
  seconds: 3.21,
});

export interface Drawing {
  labels: readonly string[];
  photosEach?: number;
  training?: Partial<TrainingFacts>;
  sweep?: readonly Swept[];
}

export const drawnView = async ({ labels, photosEach = 12, training = {}, sweep }: Drawing): Promise<ReportView> => {
  const [before, after] = [1, 2].map((seed) => drawnPredictions(labels.length, photosEach, seed));
  const [float, served] = [figuresOf(before!, labels), figuresOf(after!, labels)];
  const photos = Array.from({ length: labels.length * photosEach }, (_, at) => ({
    sha256: at.toString(16).padStart(64, "0"),
    path: `photo-${at}.jpg`,
  }));
  const chosen = choosePhotos(
    {
      answers: photos.map((photo, at) => ({ photo, shown: [after!.labels[at]!], scores: after!.scores[at]! })),
      labels,
      confusion: served.confusion,
    },
    () => undefined,
  );
  const metrics: Metrics & { training: TrainingFacts } = {
    schema: 1,
    labels: [...labels],
    classCounts: labels.map((label, at) => ({ label, training: 30 + at, validation: photosEach })),
    method: { float: "by the die", served: "by another die" },
    judged: { method: "out-of-fold", heads: 5, photos: photos.length },
    unknown: {
      kept: 0.951,
      hidden: { photos: 321, rounds: 4, auroc: 0.876, refused: 0.543 },
      drawn: { photos: 16, refused: 0.9375 },
    },
    optimistic: { photos: 7, reason: "the backbone may have seen 7 of them" },
    ...(sweep && { sweep: [...sweep] }),
    float,
    served,
    training: {
      history,
      forms: [
        {
          name: "float",
          precision: "float32",
          bytes: 13_456_789,
          ms: { native: 21.7, web: 61.3 },
          serves: [],
          trial: { engine: "native", agreement: 1, views: 500, passed: true, scores: float.scores },
        },
        {
          name: "int8",
          precision: "int8",
          bytes: 3_612_345,
          ms: { native: 9.4, web: 88.2 },
          serves: ["native"],
          trial: { engine: "native", agreement: 0.992, views: 500, passed: true, scores: served.scores },
        },
        {
          name: "int8-plan",
          precision: "int8",
          bytes: 3_555_555,
          ms: { web: 14.5 },
          serves: [],
          trial: {
            engine: "web",
            agreement: 0.951,
            views: 500,
            passed: false,
            reason: "agrees with the float model on 95.1% of the views; 97.0% are needed",
            scores: served.scores,
          },
        },
        { name: "int8-weights", precision: "int8-weights", bytes: 4_112_233, ms: { native: 20.1 }, serves: ["web"] },
      ],
      ...chosen,
      leftOut: { skipped: 2, identical: 3, nearDuplicates: 4, wouldLeak: 1 },
      batch: { shape: [8, 3, 224, 224], views: 3, photos: photos.slice(0, 8).map(({ sha256 }) => sha256) },
      command: "npx whippet train <photos> --name drawn --seed 1",
      settings: { validation: 0.2, seed: 1, kind: "linear", strength: 3 },
      head: {
        layers: [{ name: "Dense", outputs: labels.length, parameters: 4321 }],
        loss: "cross-entropy",
        optimizer: "L-BFGS",
      },
      backbone: { name: "lite0", pretrainedOn: "ImageNet-1k" },
      versions: { whippet: "0.1.0", node: "22.0.0" },
      ...training,
    },
  };
  return {
    name: "drawn",
    created: "2026-11-28T07:10:00.000Z",
    metrics,
    canvas: await openCanvas(),
    pictures: {
      plain: new Map(photos.map(({ sha256 }) => [sha256, square])),
      heat: new Map(chosen.mistakes.map(({ sha256 }) => [sha256, { answer: square, label: square }])),
      batch: [1, 2, 3].map(() => new Array<string>(8).fill(square)),
    },
    paths: new Map(photos.map(({ sha256, path }) => [sha256, path])),
    skipped: [
      { path: "a/notes.txt", reason: "a text file" },
      { path: "b/cut.jpg", reason: "damaged or cut off" },
    ],
    warnings: ["class b has few photos"],
    command: "npx whippet train ~/photos --name drawn --seed 1",
    seconds: { features: 12, head: 3.5 },
  };
};

export const drawnReport = async (drawing: Drawing): Promise<{ view: ReportView; page: string }> => {
  const view = await drawnView(drawing);
  return { view, page: await reportPage(view) };
};
