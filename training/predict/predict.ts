/** Predictions for a folder of photos, as competitions want them: a row per photo, a probability per label. */
import { calibrate } from "../../shared/classifier/scores.ts";
import type { EngineKind, Precision } from "../../shared/engine/engine.ts";
import type { Manifest } from "../../shared/manifest.ts";
import { Problem } from "../../shared/problem.ts";
import { createPool } from "../features/pool.ts";
import type { Progress } from "../progress.ts";
import { writeWhole } from "./draft.ts";
import { type AskedPhoto, photosOfFolder, photosOfSample } from "./photos.ts";
import { printProbabilities, printScores } from "./probabilities.ts";
import { columnsOf, readSample } from "./sample.ts";

/** What the row of a photo says that cannot be read: all labels alike, as often as in training, or nothing: then the run ends. */
export const unreadableRows = ["uniform", "prior", "error"] as const;
export type UnreadableRow = (typeof unreadableRows)[number];

export interface PredictOptions {
  /** Holds the photos directly. */
  folder: string;
  /** A sample submission, whose columns and rows are taken; by default all photos by id, and all labels. */
  sample?: string | undefined;
  out: string;
  manifest: Manifest;
  /** The form that `engine` serves. */
  model: { bytes: Uint8Array; precision: Precision };
  engine: EngineKind;
  unreadable: UnreadableRow;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

export interface Predicted {
  photos: number;
  labels: number;
  unreadable: { id: string; reason: string }[];
}

/** Photos that are held in memory at once are a few per thread, however many there are. */
export const predict = async (options: PredictOptions): Promise<Predicted> => {
  const { folder, out, manifest, model, engine, progress, signal } = options;
  const sample = options.sample === undefined ? undefined : await readSample(options.sample);
  const labels = sample?.labels ?? manifest.labels.filter((label) => label !== manifest.background);
  const columns = columnsOf(labels, manifest);
  const instead = rowInstead(options.unreadable, labels, manifest);
  const photos = sample ? await photosOfSample(folder, sample, signal) : await photosOfFolder(folder);
  const stage = progress.stage("predict");
  const unreadable: Predicted["unreadable"] = [];
  const print = manifest.task === "single-label" ? printProbabilities : printScores;
  const pool = createPool();
  try {
    const work = pool.open({ input: manifest.input, model: { ...model, engine } });
    const asked: AskedPhoto[] = [];
    async function* items() {
      for await (const photo of photos.each()) {
        asked.push(photo);
        yield { photo: photo.path, views: [{}] };
      }
    }
    await writeWhole(out, async (add) => {
      await add(row([sample?.id ?? "id", ...labels]));
      let done = 0;
      for await (const outcome of pool.stream(work, items(), signal)) {
        const { id, path } = asked.shift()!;
        if (outcome instanceof Problem) {
          if (instead === undefined)
            throw new Error(`${path} cannot be read: ${outcome.message}. Mend it, or see --unreadable`, {
              cause: outcome,
            });
          unreadable.push({ id, reason: outcome.message });
        }
        const scores = outcome instanceof Problem ? instead! : scoresOf(outcome[0]!, columns, manifest);
        await add(row([id, ...print(scores)]));
        stage.update(++done, photos.count);
      }
    });
  } finally {
    await pool.close();
  }
  stage.end(`${photos.count} photos, ${labels.length} labels, on the ${engine} engine`);
  return { photos: photos.count, labels: labels.length, unreadable };
};

/** Without the background's share: a submission has no column for it. */
const scoresOf = (logits: Float32Array, columns: readonly number[], manifest: Manifest): number[] => {
  const scores = calibrate(logits, manifest);
  const chosen = columns.map((place) => scores[place]!);
  if (manifest.task === "multi-label") return chosen;
  // where all is background to the last bit
  return chosen.some((score) => score > 0) ? chosen : columns.map(() => 1);
};

/** @throws Error where the model does not know how often its labels are */
const rowInstead = (
  unreadable: UnreadableRow,
  labels: readonly string[],
  { name, data, task }: Manifest,
): number[] | undefined => {
  if (unreadable === "error") return undefined;
  if (unreadable === "uniform") return labels.map(() => (task === "single-label" ? 1 : 0.5));
  if (data === undefined)
    throw new Error(
      `model ${name} does not say what it was trained on, so --unreadable prior is not known; take uniform`,
    );
  return labels.map((label) => (data.classes[label] ?? 0) / data.photos);
};

/** Cells with commas, quotes or line ends stand in quotes (RFC 4180). */
const row = (cells: readonly string[]): string =>
  `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\n`;
