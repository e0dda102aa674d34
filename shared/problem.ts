/**
 * What went wrong, as a client sees it: RFC 9457 `application/problem+json`.
 * Thrown anywhere on the way from photo to answer; the server and the terminal both print it.
 */

/** The statuses a request can end with, and the title each one carries. */
export const titles = {
  400: "Not a readable photo",
  401: "Key required",
  404: "Not found",
  405: "Method not allowed",
  408: "Photo came too slowly",
  409: "Conflict",
  413: "Photo too large",
  415: "Photo format not supported",
  416: "Range not satisfiable",
  422: "Photo has too many pixels",
  429: "Too many requests",
  500: "Internal error",
  502: "No answer from the fallback",
  503: "Not ready",
  504: "Fallback too slow",
} as const;

export type ProblemStatus = keyof typeof titles;

export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: ProblemStatus;
  readonly title: string;
  /** Seconds after which a client may try again (408, 429, 502, 503 and 504). */
  readonly retryAfter: number | undefined;

  /**
   * @param detail what is wrong, with its value, and how to put it right
   * @param options.title where the status's usual one would mislead
   */
  constructor(
    status: ProblemStatus,
    detail: string,
    options: { cause?: unknown; retryAfter?: number; title?: string } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = status;
    this.title = options.title ?? titles[status];
    this.retryAfter = options.retryAfter;
  }

  toJSON(): { title: string; status: ProblemStatus; detail: string } {
    return { title: this.title, status: this.status, detail: this.message };
  }
}
