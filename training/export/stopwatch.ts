/** Time that something takes: by the clock, and of the processor, which a busy machine lengthens far less. */

export interface Milliseconds {
  wall: number;
  cpu: number;
}

/** A moment; passed in, so that a test can bring its own time. */
export type Stopwatch = () => Milliseconds;

/** Counts all threads of this process, so they should rest. */
export const processTime: Stopwatch = () => {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1000 };
};

/** @returns what `work` took, and gave */
export const timed = async <T>(now: Stopwatch, work: () => Promise<T>): Promise<Milliseconds & { result: T }> => {
  const before = now();
  const result = await work();
  const after = now();
  return { wall: after.wall - before.wall, cpu: after.cpu - before.cpu, result };
};

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
