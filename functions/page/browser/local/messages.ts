/** What the page and its worker say to each other: the page asks, and each question is answered once, after its progress. */
import type { Answer, ClassifyOptions, Timings } from "../../../../shared/classifier/classifier.ts";
import type { Manifest } from "../../../../shared/manifest.ts";
import type { InputSpec } from "../../../../shared/pixels/pixels.ts";

export interface ModelQuestion {
  id: number;
  /** The model, which is loaded where it is not. */
  manifest: Manifest;
  /** Without one, the model is only loaded. */
  photo?: Blob;
  options?: Omit<ClassifyOptions, "signal">;
}

/** A photo to be decoded for a model that the server runs. */
export interface DecodeQuestion {
  id: number;
  decode: Blob;
  input: InputSpec;
}

export type Question = ModelQuestion | DecodeQuestion;

export type LocalAnswer = Answer & { timings: Timings };

export type Reply =
  | { id: number; loaded: Progress }
  | { id: number; answer: LocalAnswer | undefined }
  /** Undefined where it is better sent otherwise. */
  | { id: number; decoded: Blob | undefined }
  /** `status`: of the photo's problem, as the server would answer it; undefined where it is not the photo's fault. */
  | { id: number; failed: string; status: number | undefined };

/** Bytes that have come, of all that are needed. */
export interface Progress {
  bytes: number;
  of: number;
}
