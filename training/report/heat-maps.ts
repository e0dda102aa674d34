/**
 * Where a head saw what it answered, for photos that it had not learned from: class activation maps of the very heads that
 * judged. Their rows for the labels in question are put side by side into one head, so that one graph gives all maps.
 */
import { type Heatmap, heatmapOf } from "../../shared/classifier/heatmap.ts";
import type { Engine } from "../../shared/engine/engine.ts";
import type { Backbone } from "../backbone/backbone.ts";
import { buildFloatModel } from "../export/float-model.ts";
import type { Pool } from "../features/pool.ts";
import { type Head, isTuned, type LinearHead } from "../head/head.ts";

/** A photo, and the labels that are looked for in it. */
export interface Question {
  path: string;
  /** That answered it; of a kind without heat maps there is none of it. */
  head: Head;
  labels: readonly number[];
}

export interface HeatMapOptions {
  backbone: Backbone;
  /** The backbone's file; where its last blocks learned with a head, that head's own. */
  bytesOf(head: Head): Uint8Array;
  pool: Pool;
  /** A native one. */
  engine: Engine;
  signal?: AbortSignal | undefined;
}

/** A map per label of each question; none where the head has no maps, or the photo cannot be read any more. */
export const mapLabels = async (questions: readonly Question[], options: HeatMapOptions): Promise<Heatmap[][]> => {
  const maps: Heatmap[][] = questions.map(() => []);
  const asked = questions.flatMap(({ head, ...question }, at) =>
    head.kind === "linear" ? [{ ...question, head, at, tuned: isTuned(head) ? head : undefined }] : [],
  );
  for (const tuned of new Set(asked.map(({ tuned }) => tuned))) {
    const own = asked.filter((question) => question.tuned === tuned);
    const found = await mapOn(options.bytesOf(own[0]!.head), own, options);
    for (const [place, { at }] of own.entries()) maps[at] = found[place]!;
  }
  return maps;
};

/** Of heads upon one backbone. */
const mapOn = async (
  bytes: Uint8Array,
  questions: readonly (Question & { head: LinearHead })[],
  { backbone, pool, engine, signal }: HeatMapOptions,
): Promise<Heatmap[][]> => {
  const rows = questions.flatMap(({ head, labels }) => labels.map((label) => rowOf(head, label)));
  const float = await buildFloatModel({ backbone: bytes, cuts: backbone.cuts, head: stack(rows) });
  const work = pool.open({ input: backbone.input });
  const items = questions.map(({ path }) => ({ photo: path, views: [{}] }));
  const tensors = await pool.run(work, items, { signal }).finally(() => pool.free(work));
  const session = await engine.load({ bytes: float, precision: "float32", size: backbone.input.size });
  try {
    const maps: Heatmap[][] = [];
    let row = 0;
    for (const [at, { labels }] of questions.entries()) {
      signal?.throwIfAborted();
      const tensor = tensors[at]!;
      const seen = Array.isArray(tensor) ? (await session.run(tensor[0]!, { heatmap: true })).heatmap : undefined;
      maps.push(seen ? labels.map((label, place) => heatmapOf(seen, row + place, String(label), whole)) : []);
      row += labels.length;
    }
    return maps;
  } finally {
    await session.dispose();
  }
};

/** The map lies over all that the model sees, and that is the picture. */
const whole = { x: 0, y: 0, width: 1, height: 1 };

const rowOf = ({ weights, bias }: LinearHead, label: number): { weights: Float32Array; bias: number } => {
  const channels = weights.length / bias.length;
  return { weights: weights.subarray(label * channels, (label + 1) * channels), bias: bias[label]! };
};

const stack = (rows: readonly { weights: Float32Array; bias: number }[]) => {
  const channels = rows[0]!.weights.length;
  const weights = new Float32Array(rows.length * channels);
  for (const [at, row] of rows.entries()) weights.set(row.weights, at * channels);
  return { weights, bias: Float32Array.from(rows, ({ bias }) => bias) };
};
