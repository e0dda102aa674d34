/** What the page and its worker say to each other: the page asks, and each question is answered once, after its progress. */
import type { Answer, ClassifyOptions, Timings } from "../../../../shared/classifier/classifier.ts";
import type { Manifest } from "../../../../shared/manifest.ts";

export interface Question {
  id: number;
  /** The model, which is loaded where it is not. */
  manifest: Manifest;
  /** Without one, the model is only loaded. */
  photo?: Blob;
  options?: Omit<ClassifyOptions, "signal">;
}

export type LocalAnswer = Answer & { timings: Timings };

export type Reply =
  | { id: number; loaded: Progress }
  | { id: number; answer: LocalAnswer | undefined }
  /** `status`: of the photo's problem, as the server would answer it; undefined where it is not the photo's fault. */
  | { id: number; failed: string; status: number | undefined };

/** Bytes that have come, of all that are needed. */
export interface Progress {
  bytes: number;
  of: number;
}
