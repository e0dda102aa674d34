/** A training's report: the page that its owner reads, from the facts that metrics.json holds and the photos themselves. */
import { relative } from "node:path";
import type { Metrics } from "../../shared/metrics.ts";
import type { PublishedFile } from "../../shared/registry.ts";
import type { TrainingFacts } from "../../shared/training-facts.ts";
import type { Dataset } from "../dataset/dataset.ts";
import { openCanvas } from "./canvas.ts";
import { type Commanded, commandOf } from "./command.ts";
import { type IllustrationOptions, illustrate } from "./illustrate.ts";
import { reportPage } from "./page.ts";

export interface ReportOptions extends Omit<IllustrationOptions, "facts" | "labels" | "photos" | "seed"> {
  asked: Commanded;
  /** The photos and the table of labels as the owner named them, where that is known. */
  named?: { photos: string; labels?: string | undefined } | undefined;
  metrics: Metrics & { training: TrainingFacts };
  dataset: Dataset;
  seconds: Readonly<Record<string, number>>;
}

/** `report.html` and `metrics.json`, which tell the same. */
export const writeReport = async (options: ReportOptions): Promise<PublishedFile[]> => {
  const { asked, named, metrics, dataset, seconds } = options;
  const { labels, photos, skipped, warnings, root } = dataset;
  const below = (path: string): string => relative(root, path);
  const page = await reportPage({
    name: asked.name,
    created: new Date().toISOString(),
    metrics,
    canvas: await openCanvas(),
    pictures: await illustrate({ ...options, facts: metrics.training, labels, photos, seed: asked.seed }),
    paths: new Map(photos.map(({ sha256, path }) => [sha256, below(path)])),
    skipped: skipped.map(({ path, reason }) => ({ path: below(path), reason })),
    warnings,
    command: named ? commandOf(asked, named) : metrics.training.command,
    seconds,
  });
  return [
    { path: "report.html", bytes: encode(page), contentType: "text/html; charset=utf-8" },
    { path: "metrics.json", bytes: encode(JSON.stringify(metrics)), contentType: "application/json" },
  ];
};

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
