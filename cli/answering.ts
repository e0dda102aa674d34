/** Waits until a URL that was just deployed answers. */
import { setTimeout as sleep } from "node:timers/promises";

/** A new name needs some seconds, rarely more than a minute, until every resolver and every location of a cloud knows it. */
const SECONDS = 90;
/** Longer than a cold start. */
const LOOK_MS = 20_000;

export interface Waiting {
  fetch: typeof fetch;
  signal: AbortSignal;
  /** Between two looks; tests need not wait. */
  pause?: (milliseconds: number) => Promise<unknown>;
}

/**
 * @param url with or without a final slash
 * @throws Error with the last answer when the wait was in vain
 */
export const answering = async (url: string, { fetch, signal, pause }: Waiting): Promise<void> => {
  const health = `${url.replace(/\/$/, "")}/healthz`;
  const wait = pause ?? ((milliseconds) => sleep(milliseconds, undefined, { signal }));
  for (let second = 0; ; second++) {
    const looking = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]);
    const answer = await fetch(health, { signal: looking }).catch((error: Error) => error);
    signal.throwIfAborted();
    if (!(answer instanceof Error) && answer.ok) return;
    if (second === SECONDS) throw new Error(`${health} ${inWords(answer)}, even after ${SECONDS} seconds`);
    await wait(1000);
  }
};

const inWords = (answer: Response | Error): string => {
  if (!(answer instanceof Error)) return `answers ${answer.status}`;
  const { cause, message } = answer;
  return `does not answer (${cause instanceof Error ? cause.message : message})`;
};
