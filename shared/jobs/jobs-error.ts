/** What keeps a question about trainings from being answered, and whether to ask it again. */
export class JobsError extends Error {
  override readonly name: string = "JobsError";
  /** It may go well when it is tried again: no answer at all, too many requests, a failure on the other side. */
  readonly passing: boolean;

  constructor(message: string, { passing, cause }: { passing: boolean; cause?: unknown }) {
    super(message, { cause });
    this.passing = passing;
  }
}

export const isPassing = (error: unknown): boolean => error instanceof JobsError && error.passing;
