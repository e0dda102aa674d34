/** Time, passed in: tests pass their own, and workerd's stands still between I/O. */
export interface Clock {
  /** Milliseconds since 1970, never going backwards. */
  now(): number;
  /** Whether time passes during computation, so that durations of stages mean something. */
  measures: boolean;
}

/** Node's and a browser's clock. */
export const systemClock: Clock = { now: () => performance.timeOrigin + performance.now(), measures: true };
