/** Long computation that lets the rest of the process breathe: progress is drawn, and Ctrl-C is heard. */
import { setImmediate as turn } from "node:timers/promises";

/** Awaited now and then, with the share of the work that is done. */
export type Pause = (share: number) => Promise<void> | undefined;

/** Milliseconds between two breaths. */
const BETWEEN = 50;

/** @throws the signal's reason, from the pause */
export const createPause = (onProgress: (share: number) => void, signal: AbortSignal | undefined): Pause => {
  let last = performance.now();
  const breathe = async (share: number): Promise<void> => {
    onProgress(share);
    await turn();
    signal?.throwIfAborted();
    last = performance.now();
  };
  return (share) => (performance.now() - last < BETWEEN ? undefined : breathe(share));
};
