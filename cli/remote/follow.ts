/** Follows a training to its end: its state, its log, and whatever it came to. */
import { setTimeout as sleep } from "node:timers/promises";
import { isFinal, type Jobs, type TrainingState } from "../../shared/jobs/jobs.ts";
import { isPassing } from "../../shared/jobs/jobs-error.ts";
import type { Terminal } from "../terminal.ts";
import { createLogView, type Done, type LogView } from "./log-view.ts";
import { RemoteTrainingError } from "./remote-training-error.ts";

/** Milliseconds between two looks: short while there is news, longer while there is none. */
const SHORTEST = 500;
const LONGEST = 5000;
/** A log's last lines can arrive some seconds after the job's end is known, rarely a minute: so many looks, a second apart. */
const LOOKS_AFTER_END = { failed: 8, succeeded: 90 };
const PAUSE_AFTER_END = 1000;
/** Looks in a row that may fail, in a tunnel or behind a throttle, before following ends. */
const FAILURES = 10;

export interface Followed {
  state: TrainingState;
  /** What it came to, in its own words; a log may never say. */
  done?: Done;
}

export interface FollowOptions {
  terminal: Terminal;
  signal: AbortSignal;
  /** Milliseconds between two looks once it has ended; tests need not wait. */
  pauseAfterEnd?: number;
}

/**
 * @throws RemoteTrainingError when it fails or is cancelled; what `signal` was aborted with
 */
export const follow = async (
  jobs: Jobs,
  id: string,
  { terminal, signal, pauseAfterEnd = PAUSE_AFTER_END }: FollowOptions,
): Promise<Followed> => {
  let view: LogView | undefined;
  let told = "";
  let from: string | undefined;
  let pause = SHORTEST;
  let failures = 0;
  for (let looksAfterEnd = 0; ; ) {
    signal.throwIfAborted();
    const look = await jobs.log(id, from).catch((error: unknown) => {
      if (!isPassing(error) || ++failures > FAILURES) throw error;
      if (failures === 1) terminal.line(`  ${(error as Error).message}; looking again`);
    });
    if (look) {
      const { state, lines, next, more = false } = look;
      failures = 0;
      from = next;
      view ??= createLogView(terminal, state);
      const saying = inWords(state);
      pause = saying !== told || lines.length > 0 ? SHORTEST : Math.min(pause * 1.4, LONGEST);
      if (saying !== told && !isFinal(state.state)) terminal.line(saying);
      told = saying;
      for (const line of lines) view.show(line);

      const done = view.done();
      if (state.state === "succeeded" && done) return { state, done };
      if (isFinal(state.state)) {
        const explained = state.state === "cancelled" || (state.state === "failed" && view.failure() !== undefined);
        const most = state.state === "succeeded" ? LOOKS_AFTER_END.succeeded : LOOKS_AFTER_END.failed;
        // of what is there already no look counts
        if (explained || (!more && looksAfterEnd++ >= most)) {
          if (state.state === "succeeded") return { state };
          throw new RemoteTrainingError(state, view.failure());
        }
        pause = more ? SHORTEST : pauseAfterEnd;
      }
    }
    await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
};

/** "starting   waiting for a machine". */
const inWords = ({ state, detail, shards, shardsDone }: TrainingState): string => {
  const parts = [detail, shardsDone === undefined ? undefined : `${shardsDone} of ${shards} shards done`];
  return `${state.padEnd(11)}${parts.filter((part) => part !== undefined).join(", ")}`.trimEnd();
};
