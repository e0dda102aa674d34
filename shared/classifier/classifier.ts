/** Photo in, answer out: the one path that the servers, the terminal, the gate's evaluation and the probes share. */
import type { EngineName, Output, Session } from "../engine/engine.ts";
import { bytesOf, sha256 } from "../hash.ts";
import type { Manifest } from "../manifest.ts";
import type { Codecs } from "../pixels/codecs.ts";
import { cropPhoto } from "../pixels/crop.ts";
import { decodePhoto } from "../pixels/decode.ts";
import { asOfFullSize, type FullSize } from "../pixels/decoded-ahead.ts";
import type { Limits } from "../pixels/limits.ts";
import { toTensor } from "../pixels/normalise.ts";
import type { Box } from "../pixels/pixels.ts";
import type { Clock } from "./clock.ts";
import { type Heatmap, heatmapOf, whyNoHeatmaps } from "./heatmap.ts";
import { calibrate, isUnknown, type Prediction, rank, reached } from "./scores.ts";

/** What must be equal wherever the same model answers about the same photo; `whippet verify` compares it. */
export interface Trace {
  /** sha256 of the decoded, uncropped RGB pixels. */
  decoded: string;
  /** sha256 of the Float32 tensor's bytes. */
  tensor: string;
  logits: number[];
  engine: EngineName;
}

/** Milliseconds of each stage. */
export interface Timings {
  decode: number;
  pixels: number;
  infer: number;
}

export interface Answer {
  model: string;
  version: string;
  /** Best first. */
  predictions: Prediction[];
  /** Of a multi-label model: all labels that the photo shows, by the labels' own thresholds; best first, perhaps none. */
  labels?: Prediction[];
  /** The photo shows none of the labels, as far as the model can tell. */
  unknown: boolean;
  /** Of the best label, where it was asked for and the model has a map of that label. */
  heatmap?: Heatmap;
  /** Why there is none, where it was asked for. */
  noHeatmap?: string;
  trace?: Trace;
}

export interface ClassifyOptions {
  /** How many predictions; all labels by default. */
  top?: number;
  heatmap?: boolean;
  trace?: boolean;
  /** Of the photo before it was decoded ahead, where it was. */
  full?: FullSize | undefined;
  /** Heeded until inference starts; after that the answer is nearly there. */
  signal?: AbortSignal;
}

export interface Classifier {
  /** @throws Problem 400, 413, 415 or 422 when the photo cannot be read */
  classify(photo: Uint8Array, options?: ClassifyOptions): Promise<Answer & { timings?: Timings }>;
}

export interface ClassifierParts {
  manifest: Pick<
    Manifest,
    | "name"
    | "version"
    | "task"
    | "labels"
    | "background"
    | "input"
    | "outputs"
    | "head"
    | "temperature"
    | "thresholds"
    | "unknown"
  >;
  session: Session;
  /** The engine that made the session. */
  engine: { readonly name: EngineName };
  codecs: Codecs;
  limits: Limits;
  clock: Clock;
}

export const createClassifier = (parts: ClassifierParts): Classifier => {
  const { manifest, session, engine, codecs, limits, clock } = parts;
  const { labels, input } = manifest;

  /** A function of its own, so that the decoder's memory is let go before the engine wants some. */
  const prepare = async (photo: Uint8Array, full: FullSize | undefined, traced: boolean) => {
    const started = clock.now();
    const sent = await decodePhoto(photo, input, codecs, limits);
    const decoded = full ? asOfFullSize(sent, full) : sent;
    const decodedAt = clock.now();
    const { pixels, box } = cropPhoto(decoded, input);
    const tensor = toTensor(pixels, input);
    const timings = { decode: decodedAt - started, pixels: clock.now() - decodedAt };
    const hashes = traced && { decoded: await sha256(decoded.pixels.data), tensor: await sha256(bytesOf(tensor)) };
    return { tensor, box, hashes, ...timings };
  };

  return {
    async classify(photo, options = {}) {
      const { signal } = options;
      signal?.throwIfAborted();
      const { tensor, box, hashes, decode, pixels } = await prepare(photo, options.full, options.trace === true);
      signal?.throwIfAborted();
      const started = clock.now();
      const output = await session.run(tensor, { heatmap: options.heatmap === true });
      const infer = clock.now() - started;
      requireLogits(output, manifest);

      const { logits } = output;
      const scores = calibrate(logits, manifest);
      const ranking = rank(scores);
      const best = ranking[0]!;
      const { thresholds } = manifest;
      const shown = thresholds && reached(ranking, scores, thresholds);
      const predictionOf = (index: number): Prediction => ({ label: labels[index]!, score: scores[index]! });
      const answer: Answer & { timings?: Timings } = {
        model: manifest.name,
        version: manifest.version,
        predictions: ranking.slice(0, options.top).map(predictionOf),
        ...(shown && { labels: shown.map(predictionOf) }),
        unknown: shown ? shown.length === 0 : isUnknown(logits, best, manifest),
      };
      if (options.heatmap) Object.assign(answer, heatmapIn(output, best, box, manifest));
      if (hashes) answer.trace = { ...hashes, logits: Array.from(logits), engine: engine.name };
      if (clock.measures) answer.timings = { decode, pixels, infer };
      return answer;
    },
  };
};

const heatmapIn = (
  { heatmap }: Output,
  best: number,
  box: Box,
  manifest: ClassifierParts["manifest"],
): Pick<Answer, "heatmap" | "noHeatmap"> => {
  const label = manifest.labels[best]!;
  // the background label comes last and has no map
  if (heatmap && best < heatmap.classes) return { heatmap: heatmapOf(heatmap, best, label, box) };
  return { noHeatmap: whyNoHeatmaps(manifest) ?? `its best label, ${label}, has none` };
};

/** A model whose numbers are no numbers must not answer with a confident label. */
const requireLogits = ({ logits }: Output, { name, version, labels }: ClassifierParts["manifest"]): void => {
  if (logits.length !== labels.length || !logits.every(Number.isFinite))
    throw new Error(
      `model ${name} ${version} gave ${logits.length} logits for ${labels.length} labels, or some that are no numbers; publish it again`,
    );
};
