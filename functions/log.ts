/** One JSON object a line, the same fields on every platform. */

export interface LogEntry {
  level: "info" | "warn" | "error";
  /** What happened, in a few words that stay the same: `request`, `model loaded`, `model refused`. */
  event: string;
  [field: string]: unknown;
}

export type Log = (entry: LogEntry) => void;

/** @param write takes one line without its line break */
export const jsonLog =
  (write: (line: string) => void): Log =>
  (entry) =>
    write(JSON.stringify({ time: new Date().toISOString(), ...entry }));

/** The stack and those of its causes, for a log. */
export const describeError = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? own : `${own}\ncaused by ${describeError(error.cause)}`;
};
