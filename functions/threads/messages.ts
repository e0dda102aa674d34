/** What a server and its worker threads say to each other. */
import type { Answer, ClassifyOptions, Timings } from "../../shared/classifier/classifier.ts";
import type { EngineKind, Precision } from "../../shared/engine/engine.ts";
import type { Manifest } from "../../shared/manifest.ts";
import type { Limits } from "../../shared/pixels/limits.ts";
import type { ProblemStatus } from "../../shared/problem.ts";

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

export type ThreadWanted = Omit<ClassifyOptions, "signal">;
export type ThreadAnswer = Answer & { timings?: Timings };

export type Work =
  | { kind: "load"; model: number; source: ThreadModel }
  | { kind: "classify"; model: number; photo: Uint8Array; options: ThreadWanted }
  | { kind: "dispose"; model: number };

export type Request = Work & { job: number };

export type Done = { kind: "done"; answer?: ThreadAnswer };

export type Outcome =
  | Done
  | { kind: "problem"; status: ProblemStatus; detail: string; title: string; retryAfter: number | undefined }
  | { kind: "failed"; error: Error };

export type Reply = Outcome & { job: number };
