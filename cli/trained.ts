/** What a training came to, on this machine or another, and as data for scripts. */
import type { Manifest, ModelFile } from "../shared/manifest.ts";
import type { Metrics } from "../shared/metrics.ts";
import type { Skipped } from "../training/dataset/dataset.ts";

export interface Trained {
  model: string;
  version: string;
  promoted: boolean;
  /** It was published before, by an earlier run. */
  existed: boolean;
  seconds: number;
  photos: number;
  classes: number;
  skipped: readonly Skipped[];
  warnings: readonly string[];
  metrics: Manifest["metrics"];
  /** Who answered the photos of the figures, how the threshold does on what is unknown, and whether the figures flatter. */
  judged?: Metrics["judged"];
  unknown?: Metrics["unknown"];
  optimistic?: Metrics["optimistic"];
  files: readonly ModelFile[];
  serve: Manifest["serve"];
  gate: Manifest["gate"];
  /** Where its report lies; null where it has none. */
  report: string | null;
  /** All figures and facts, where they can be read. */
  figures?: Metrics | undefined;
}

/** What metrics.json says is not said again. */
export const trainedAsJson = ({ files, figures: _, ...trained }: Trained) => ({
  ...trained,
  files: files.map(({ trials, ...file }) => ({ ...file, metrics: trials })),
});
