/** What the page learned of a photo, from the server or from this browser itself. */
import type { Answer } from "../../../shared/classifier/classifier.ts";
import type { Step } from "./steps.ts";

export interface Told {
  answer: Answer;
  steps: readonly Step[];
  /** Of the server; undefined for what ran in this browser. */
  requestId?: string | undefined;
}

/** Why there is no answer. */
export class Refusal extends Error {
  /** HTTP's; 0 where nothing was answered. */
  readonly status: number;
  constructor(message: string, status = 0) {
    super(message);
    this.status = status;
  }
}

/** This browser cannot run the model; the server may. */
export class CannotRunHere extends Refusal {}
