/** From a request with photos to the answers about them: a place in the queue, then each photo's turn, then the model. */
import type { Answer, ClassifyOptions, Timings } from "../shared/classifier/classifier.ts";
import type { Manifest } from "../shared/manifest.ts";
import { Problem } from "../shared/problem.ts";
import type { Models } from "./models/cache.ts";
import type { RunningModel } from "./models/running.ts";
import type { Queue, Turn } from "./queue.ts";

/** An answer, or why this photo has none. */
export type Result = Answer | { problem: Problem };

export interface Classified {
  manifest: Manifest;
  /** In the photos' order. */
  results: Result[];
  /** Summed over the photos; absent where the platform cannot measure. */
  timings?: Timings;
}

export interface ClassifyRequest extends Omit<ClassifyOptions, "top"> {
  photos: readonly Uint8Array[];
  model: string | undefined;
  /** How many predictions, decided when the model is known. */
  top: (manifest: Manifest) => number;
  /** See models/draw.ts. */
  draw: number;
}

const DEFAULT_TOP = 5;

/** @throws Problem 400 when more is asked for than there are labels */
export const topOf =
  (asked: number | undefined) =>
  ({ labels: { length: labels } }: Manifest): number => {
    if (asked === undefined) return Math.min(DEFAULT_TOP, labels);
    if (asked <= labels) return asked;
    throw new Problem(400, `top is ${asked}, and the model has ${labels} labels; ask for 1 to ${labels}`, {
      title: "Bad request",
    });
  };

export interface ClassifyingParts {
  models: Models;
  queue: Queue;
  /** Logs what is no problem of the photo, and says what may be told of it. */
  unforeseen: (error: unknown) => Problem;
}

/**
 * Each photo has its turn and fails alone, whatever the reason; one version answers about all of them.
 * @throws Problem as `models.use` and the queue throw it for the first photo, when nothing is known of any
 */
export const classifyPhotos = (parts: ClassifyingParts, request: ClassifyRequest): Promise<Classified> =>
  parts.queue.admit(
    request.photos.length,
    async (turn) => {
      for (;;) {
        const classified = await classifyInTurns(parts, request, turn);
        if (classified) return classified;
      }
    },
    request.signal,
  );

/** Undefined when another version began to answer between two turns: then all photos are asked about again. */
const classifyInTurns = async (
  { models, unforeseen }: ClassifyingParts,
  { photos, model, top, draw, ...options }: ClassifyRequest,
  turn: Turn,
): Promise<Classified | undefined> => {
  let classified: Classified | undefined;
  const failed = (error: unknown): Result => {
    if (options.signal?.aborted) throw error;
    return { problem: error instanceof Problem ? error : unforeseen(error) };
  };
  const ask = async (photo: Uint8Array, { manifest, classifier }: RunningModel) => {
    if (classified && classified.manifest.version !== manifest.version) return false;
    classified ??= { manifest, results: [] };
    const wanted = { ...options, top: top(manifest) };
    try {
      const { timings, ...answer } = await classifier.classify(photo, wanted);
      classified.results.push(answer);
      if (timings) classified.timings = sum(classified.timings, timings);
    } catch (error) {
      classified.results.push(failed(error));
    }
    return true;
  };
  for (const photo of photos) {
    try {
      if (!(await turn(() => models.use(model, (running) => ask(photo, running), draw)))) return undefined;
    } catch (error) {
      if (!classified?.results.length) throw error;
      classified.results.push(failed(error));
    }
  }
  return classified;
};

const sum = (before: Timings | undefined, { decode, pixels, infer }: Timings): Timings => ({
  decode: (before?.decode ?? 0) + decode,
  pixels: (before?.pixels ?? 0) + pixels,
  infer: (before?.infer ?? 0) + infer,
});

/** The only one's answer. @throws its Problem, which is the request's */
export const onlyAnswer = ({ results: [result] }: Classified): Answer => {
  if (!result) throw new Error("a request without photos was classified");
  if ("problem" in result) throw result.problem;
  return result;
};

/** One photo is answered as itself, several as a list. */
export const answerOf = (classified: Classified) => {
  const { manifest, results } = classified;
  return results.length === 1 ? onlyAnswer(classified) : { model: manifest.name, version: manifest.version, results };
};

/** `decode;dur=3.1, pixels;dur=1.9, infer;dur=14.2`, in milliseconds. */
export const serverTiming = (timings: Timings): string =>
  Object.entries(timings)
    .map(([stage, milliseconds]) => `${stage};dur=${milliseconds.toFixed(1)}`)
    .join(", ");
