/** What a training is asked for, and what it comes to. */
import type { Manifest, ModelFile } from "../shared/manifest.ts";
import type { Metrics } from "../shared/metrics.ts";
import type { InputSpec } from "../shared/pixels/pixels.ts";
import type { Published } from "../shared/registry.ts";
import type { Store } from "../shared/store/store.ts";
import type { Epoch } from "../shared/training-facts.ts";
import type { OwnSettings } from "./backbone/open.ts";
import type { Cache } from "./cache.ts";
import type { Dataset } from "./dataset/dataset.ts";
import type { PhotoSource } from "./dataset/list-photos.ts";
import type { TuningSettings } from "./finetune/settings.ts";
import type { TensorFlow } from "./head/tensorflow.ts";
import type { HeadChoice, HeadSummary } from "./head/trainer.ts";
import type { Progress } from "./progress.ts";

export interface TrainingOptions extends PhotoSource {
  /** The model's. */
  name: string;
  store: Store;
  /** One of the catalogue's, or the path or URL of an ONNX file. */
  backbone: string;
  /** What its owner says of it. */
  ownBackbone?: OwnSettings;
  /** Share of each class kept to judge by. */
  validation: number;
  seed: number;
  /** Looks at each photo to learn from; 1 by default, the plain one. */
  views?: number;
  /** Which head, and what of its settings is not as usual. */
  head: HeadChoice;
  /** The photos and their table as the owner named them, where they lie elsewhere now; for the command that makes the model again. */
  named?: { photos: string; labels?: string | undefined };
  /** Lets anyone see photos that were learned from, in the report. */
  publicPhotos?: boolean;
  /** The trials that the settings are the best of. */
  sweep?: NonNullable<Metrics["sweep"]> | undefined;
  /** Trains the backbone's last blocks too, once the head has settled. */
  fineTune?: TuningSettings;
  /** Lets the new version answer. */
  promote: boolean;
  /** Publishes even what the gate refuses. */
  force: boolean;
  /** Where features and whatever else a second run need not compute again are kept. */
  cache: Cache;
  progress: Progress;
  /** What trains the head, and blocks; by default TensorFlow.js' WebAssembly backend. */
  tensorflow?: () => Promise<TensorFlow>;
  /** Called once the photos are known, before anything is computed from them. */
  onDataset?: (dataset: Dataset, input: InputSpec) => void;
  /** Called once it is known what the head is made of, before it is trained. */
  onHead?: (summary: HeadSummary) => void;
  /** Called after each of the head's epochs. */
  onEpoch?: (row: Epoch) => void;
  signal?: AbortSignal | undefined;
}

export interface TrainingResult extends Published {
  model: string;
  seconds: number;
  dataset: Dataset;
  metrics: Manifest["metrics"];
  /** What metrics.json says. */
  figures: Metrics;
  files: ModelFile[];
  serve: Manifest["serve"];
  gate: Manifest["gate"];
}
