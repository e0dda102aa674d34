/** How long each step of a run took, for its manifest. */

export interface Stopwatch {
  /** Seconds by step. */
  seconds: Record<string, number>;
  /** Runs a step, notes its seconds, and stops after it where the signal says so. */
  timed<Result>(step: string, work: () => Promise<Result>): Promise<Result>;
  /** Seconds since the beginning. */
  total(): number;
}

export const startStopwatch = (signal: AbortSignal | undefined): Stopwatch => {
  const started = performance.now();
  const seconds: Record<string, number> = {};
  return {
    seconds,
    async timed(step, work) {
      const begun = performance.now();
      const result = await work();
      seconds[step] = Math.round(performance.now() - begun) / 1000;
      signal?.throwIfAborted();
      return result;
    },
    total: () => (performance.now() - started) / 1000,
  };
};
