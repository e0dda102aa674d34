/** All that a report's page shows: facts of metrics.json, and what only the owner may see. */
import type { Metrics } from "../../shared/metrics.ts";
import type { TrainingFacts } from "../../shared/training-facts.ts";
import type { Canvas } from "./canvas.ts";

/** Data URIs of a photo. */
export interface Pictures {
  /** What the model sees of it, by the photo's sha256. */
  plain: ReadonlyMap<string, string>;
  /** With the places that spoke for the answer, and for the true label. */
  heat: ReadonlyMap<string, { answer: string; label?: string }>;
  /** By look, and in each by photo of the batch; the first look is the plain one. */
  batch: readonly (readonly string[])[];
}

export interface ReportView {
  name: string;
  /** ISO time. */
  created: string;
  metrics: Metrics & { training: TrainingFacts };
  canvas: Canvas;
  pictures: Pictures;
  /** Where photos lie below their folder, by sha256. */
  paths: ReadonlyMap<string, string>;
  skipped: readonly { path: string; reason: string }[];
  warnings: readonly string[];
  /** The command that makes it again, with the photos' own place. */
  command: string;
  /** Of the whole training, and by its steps. */
  seconds: Readonly<Record<string, number>>;
}
