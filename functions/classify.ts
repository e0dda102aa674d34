/** From a request with photos to the answers about them: body, queue, model, photos one after the other. */
import type { Answer, ClassifyOptions, Timings } from "../shared/classifier/classifier.ts";
import type { Manifest } from "../shared/manifest.ts";
import { Problem } from "../shared/problem.ts";
import type { Models } from "./models/cache.ts";
import type { Queue } from "./queue.ts";

/** An answer, or why this photo has none. */
export type Result = Answer | { problem: ReturnType<Problem["toJSON"]> };

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

/**
 * Among several each photo fails alone, whatever the reason; a single one is the request's failure.
 * @param parts.unforeseen logs what is no problem of the photo, and says what may be told of it
 * @throws Problem as `models.use`, `queue.run` and, for a single photo, `classify` throw it
 */
export const classifyPhotos = (
  { models, queue, unforeseen }: { models: Models; queue: Queue; unforeseen: (error: unknown) => Problem },
  { photos, model, top, draw, ...options }: ClassifyRequest,
): Promise<Classified> =>
  queue.run(
    () =>
      models.use(
        model,
        async ({ manifest, classifier }) => {
          const classified: Classified = { manifest, results: [] };
          const wanted = { ...options, top: top(manifest) };
          for (const photo of photos) {
            try {
              const { timings, ...answer } = await classifier.classify(photo, wanted);
              classified.results.push(answer);
              if (timings) classified.timings = sum(classified.timings, timings);
            } catch (error) {
              if (photos.length === 1 || options.signal?.aborted) throw error;
              const problem = error instanceof Problem ? error : unforeseen(error);
              classified.results.push({ problem: problem.toJSON() });
            }
          }
          return classified;
        },
        draw,
      ),
    options.signal,
  );

const sum = (before: Timings | undefined, { decode, pixels, infer }: Timings): Timings => ({
  decode: (before?.decode ?? 0) + decode,
  pixels: (before?.pixels ?? 0) + pixels,
  infer: (before?.infer ?? 0) + infer,
});

/** One photo is answered as itself, several as a list. */
export const answerOf = ({ manifest: { name, version }, results }: Classified) =>
  results.length === 1 ? results[0]! : { model: name, version, results };

/** `decode;dur=3.1, pixels;dur=1.9, infer;dur=14.2`, in milliseconds. */
export const serverTiming = (timings: Timings): string =>
  Object.entries(timings)
    .map(([stage, milliseconds]) => `${stage};dur=${milliseconds.toFixed(1)}`)
    .join(", ");
