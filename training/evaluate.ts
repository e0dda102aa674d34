/** How good a published model is on labelled photos, through the serving path, on the engine that would serve it. */
import { calibrate, isUnknown, reached } from "../shared/classifier/scores.ts";
import type { EngineKind, Precision } from "../shared/engine/engine.ts";
import type { Manifest, Scores } from "../shared/manifest.ts";
import type { Figures } from "../shared/metrics.ts";
import { Problem } from "../shared/problem.ts";
import type { Skipped } from "./dataset/dataset.ts";
import { fingerprint } from "./dataset/fingerprint.ts";
import { labelsIn } from "./dataset/label-sets.ts";
import { listPhotos, type PhotoSource } from "./dataset/list-photos.ts";
import { createPool } from "./features/pool.ts";
import { labelFiguresOf } from "./metrics/label-metrics.ts";
import { figuresOf } from "./metrics/metrics.ts";
import { best } from "./metrics/predictions.ts";
import type { Progress } from "./progress.ts";

export interface EvaluationOptions extends PhotoSource {
  manifest: Manifest;
  /** The form that `engine` serves. */
  model: { bytes: Uint8Array; precision: Precision };
  engine: EngineKind;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

export interface Evaluation extends Scores {
  /** Share of the photos that were answered `unknown`: given none of the labels. */
  unknown: number;
  perClass: Figures["perClass"];
  confusion: Figures["confusion"];
  skipped: Skipped[];
}

/**
 * One class will do. Photos for a multi-label model come with a CSV of `path,labels`.
 * What a server would refuse is skipped, also where training would read it.
 * @throws Error when a photo's label is none of the model, or no photo can be read
 */
export const evaluate = async (options: EvaluationOptions): Promise<Evaluation> => {
  const { manifest, model, engine, progress, signal } = options;
  const { labels, input } = manifest;
  const listing = await listPhotos({ ...options, multiLabel: manifest.task === "multi-label" }, 1);
  const { files, skipped } = listing;
  for (const { label, path } of files)
    for (const one of labelsIn(label, listing))
      if (!labels.includes(one))
        throw new Error(
          `${path} is labelled "${one}", which model ${manifest.name} does not know; its labels are ${listed(labels)}`,
        );
  const prints = await fingerprint(files, { reader: "server", signal });

  const stage = progress.stage("classify");
  const pool = createPool();
  try {
    const work = pool.open({ input, model: { ...model, engine } });
    const items = prints.readable.map(({ path }) => ({ photo: path, views: [{}] }));
    const outcomes = await pool.run(work, items, { signal, onProgress: stage.update });
    const damaged = outcomes.flatMap((outcome, i) =>
      outcome instanceof Problem ? [{ path: prints.readable[i]!.path, reason: outcome.message }] : [],
    );
    const judged = outcomes.flatMap((outcome, i) =>
      outcome instanceof Problem ? [] : [{ logits: outcome[0]!, label: prints.readable[i]!.label }],
    );
    if (judged.length === 0) throw new Error(`${options.photos} holds no readable photo; give labelled ones`);
    stage.end(`${judged.length} photos on the ${engine} engine`);

    const scores = judged.map(({ logits }) => calibrate(logits, manifest));
    const { thresholds } = manifest;
    const unknown = judged.filter(({ logits }, i) =>
      thresholds
        ? reached([...labels.keys()], scores[i]!, thresholds).length === 0
        : isUnknown(logits, best(scores[i]!), manifest),
    ).length;
    const truths = judged.map(({ label }) => labelsIn(label, listing).map((one) => labels.indexOf(one)));
    const limits = thresholds && Float64Array.from(thresholds);
    const figures = limits
      ? labelFiguresOf({ scores, thresholds: scores.map(() => limits), shown: truths }, labels, thresholds)
      : figuresOf({ scores, labels: truths.map(([label]) => label!) }, labels);
    return {
      ...figures.scores,
      unknown: unknown / judged.length,
      perClass: figures.perClass.filter(({ support }) => support > 0),
      confusion: figures.confusion,
      skipped: [...skipped, ...prints.skipped, ...damaged],
    };
  } finally {
    await pool.close();
  }
};

const SHOWN = 12;

const listed = (labels: readonly string[]): string =>
  labels.length <= SHOWN ? labels.join(", ") : `${labels.slice(0, SHOWN).join(", ")} … (${labels.length} in all)`;
