/** What a server and its worker threads say to each other. */
import type { Answer, ClassifyOptions, Timings } from "../../shared/classifier/classifier.ts";
import type { EngineKind, Precision } from "../../shared/engine/engine.ts";
import type { Manifest } from "../../shared/manifest.ts";
import type { Limits } from "../../shared/pixels/limits.ts";

/** What a thread is started with. */
export interface ThreadSettings {
  engine: EngineKind;
  limits: Limits;
}

/** A model as a thread loads it. */
export interface ThreadModel {
  manifest: Manifest;
  precision: Precision;
  /** In memory that every thread reads. */
  bytes: Uint8Array;
}

export interface ThreadTask {
  photo: Uint8Array;
  options: Omit<ClassifyOptions, "signal">;
}

export type ThreadAnswer = Answer & { timings?: Timings };
