/** What a crew of worker threads and one of them say to each other. */
import type { ProblemStatus } from "../problem.ts";

/** `source` is what a thread opens once, such as a model; `task` is done with what was opened. */
export type Work<Source, Task> =
  | { kind: "open"; opened: number; source: Source }
  | { kind: "run"; opened: number; task: Task }
  | { kind: "free"; opened: number };

export type Request<Source, Task> = Work<Source, Task> & { job: number };

export type Outcome<Answer> =
  | { kind: "done"; answer?: Answer }
  /** The photo's fault. */
  | { kind: "problem"; status: ProblemStatus; detail: string; title: string; retryAfter: number | undefined }
  /** The engine's or the code's. */
  | { kind: "failed"; error: Error };

export type Reply<Answer> = Outcome<Answer> & { job: number };
