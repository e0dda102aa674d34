/** Follows a training to its end: its state, its log, and whatever it came to. */
import { setTimeout as sleep } from "node:timers/promises";
import { AwsError } from "../../shared/jobs/aws-call.ts";
import { isFinal, type Jobs, type TrainingState } from "../../shared/jobs/jobs.ts";
import type { Terminal } from "../terminal.ts";
import { createLogView, type Done, type LogView } from "./log-view.ts";
import { RemoteTrainingError } from "./remote-training-error.ts";

/** Milliseconds between two looks: short while there is news, longer while there is none. */
const SHORTEST = 500;
const LONGEST = 5000;
/** A log's last lines can arrive some seconds after the job's end is known. */
const LOOKS_AFTER_END = 6;
const PAUSE_AFTER_END = 1000;
/** Looks in a row that may fail, in a tunnel or behind a throttle, before following ends. */
const FAILURES = 10;

export interface Followed {
  state: TrainingState;
  done: Done;
}

/**
 * @throws RemoteTrainingError when it fails or is cancelled; what `signal` was aborted with
 */
export const follow = async (
  jobs: Jobs,
  id: string,
  { terminal, signal }: { terminal: Terminal; signal: AbortSignal },
): Promise<Followed> => {
  let view: LogView | undefined;
  let told = "";
  let from: string | undefined;
  let pause = SHORTEST;
  let failures = 0;
  for (let looksAfterEnd = 0; ; ) {
    signal.throwIfAborted();
    const look = await jobs.log(id, from).catch((error: unknown) => {
      if (!(error instanceof AwsError && error.passing) || ++failures > FAILURES) throw error;
      if (failures === 1) terminal.line(`  ${error.message}; looking again`);
    });
    if (look) {
      const { state, lines, next } = look;
      failures = 0;
      from = next;
      view ??= createLogView(terminal, state.shards);
      const saying = inWords(state);
      pause = saying !== told || lines.length > 0 ? SHORTEST : Math.min(pause * 1.4, LONGEST);
      if (saying !== told && !isFinal(state.state)) terminal.line(saying);
      told = saying;
      for (const line of lines) view.show(line);

      const done = view.done();
      if (state.state === "succeeded" && done) return { state, done };
      if (isFinal(state.state)) {
        const explained = state.state === "cancelled" || (state.state === "failed" && view.failure() !== undefined);
        if (explained || looksAfterEnd++ >= LOOKS_AFTER_END) throw new RemoteTrainingError(state, view.failure());
        pause = PAUSE_AFTER_END;
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
