/** How the unknown threshold does on things that the model has never seen. */
import { energy } from "../../shared/classifier/scores.ts";
import type { UnknownCheck } from "../../shared/metrics.ts";
import type { Work } from "../features/messages.ts";
import type { Pool } from "../features/pool.ts";
import type { Head } from "../head/head.ts";
import { headLogits } from "../head/logits.ts";
import type { UnknownThreshold } from "../head/unknown.ts";
import { drawProbes } from "../probes/draw.ts";
import type { Progress } from "../progress.ts";
import { checkHiddenClasses, type HiddenClassesOptions } from "./hidden-classes.ts";

export interface UnknownCheckOptions extends HiddenClassesOptions {
  published: Head;
  unknown: UnknownThreshold;
  /** What a head takes, about, in whatever the progress counts. */
  steps: number;
  pool: Pool;
  /** What makes features of photos. */
  work: Work;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

export const checkUnknown = async (options: UnknownCheckOptions): Promise<UnknownCheck> => {
  const { unknown, steps, progress } = options;
  const stage = progress.stage("unknown");
  const hidden = await checkHiddenClasses({
    ...options,
    onShare: (share) => stage.update(Math.round(share * steps), steps),
  });
  const drawn = await checkDrawn(options);
  stage.end(
    [
      ...(hidden ? [`${percent(hidden.refused)} of hidden classes told (AUROC ${hidden.auroc.toFixed(2)})`] : []),
      `${percent(drawn.refused)} of drawn photos`,
    ].join(", "),
  );
  return { kept: unknown.kept, ...(hidden && { hidden }), drawn };
};

/** Painted scenes that show no photo's subject. */
const checkDrawn = async (options: UnknownCheckOptions) => {
  const energies = (await drawnLogits(options)).map(energy);
  const refused = energies.filter((value) => value < options.unknown.threshold).length;
  return { photos: energies.length, refused: refused / energies.length };
};

/** What the published head answers to them. */
export const drawnLogits = async ({
  published,
  pool,
  work,
  signal,
}: Pick<UnknownCheckOptions, "published" | "pool" | "work" | "signal">): Promise<Float32Array[]> => {
  const items = (await drawProbes()).map(({ bytes }) => ({ photo: bytes, views: [{}] }));
  const opened = pool.open(work);
  const outcomes = await pool.run(opened, items, { signal }).finally(() => pool.free(opened));
  return outcomes.map((outcome) => {
    if (!Array.isArray(outcome)) throw outcome;
    return headLogits(published, outcome[0]!)[0]!;
  });
};

const percent = (share: number): string => `${Math.round(share * 100)}%`;
