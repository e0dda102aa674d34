/** How good a published model is on labelled photos, through the serving path, on the engine that would serve it. */
import { calibrate, isUnknown } from "../shared/classifier/scores.ts";
import type { EngineKind, Precision } from "../shared/engine/engine.ts";
import type { Manifest, Scores } from "../shared/manifest.ts";
import type { Figures } from "../shared/metrics.ts";
import { Problem } from "../shared/problem.ts";
import type { Skipped } from "./dataset/dataset.ts";
import { fingerprint } from "./dataset/fingerprint.ts";
import { listPhotos, type PhotoSource } from "./dataset/list-photos.ts";
import { createPool } from "./features/pool.ts";
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
  /** Share of the photos that were answered `unknown`. */
  unknown: number;
  perClass: Figures["perClass"];
  confusion: Figures["confusion"];
  skipped: Skipped[];
}

/**
 * One class will do. What a server would refuse is skipped, also where training would read it.
 * @throws Error when a photo's label is none of the model, or no photo can be read
 */
export const evaluate = async (options: EvaluationOptions): Promise<Evaluation> => {
  const { manifest, model, engine, progress, signal } = options;
  const { labels, input } = manifest;
  const { files, skipped } = await listPhotos(options, 1);
  for (const { label, path } of files)
    if (!labels.includes(label))
      throw new Error(
        `${path} is labelled "${label}", which model ${manifest.name} does not know; its labels are ${listed(labels)}`,
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
      outcome instanceof Problem ? [] : [{ logits: outcome[0]!, label: labels.indexOf(prints.readable[i]!.label) }],
    );
    if (judged.length === 0) throw new Error(`${options.photos} holds no readable photo; give labelled ones`);
    stage.end(`${judged.length} photos on the ${engine} engine`);

    const scores = judged.map(({ logits }) => calibrate(logits, manifest));
    const figures = figuresOf({ scores, labels: judged.map(({ label }) => label) }, labels);
    const unknown = judged.filter(({ logits }, i) => isUnknown(logits, best(scores[i]!), manifest)).length;
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
