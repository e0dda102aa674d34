/** What a task says, as one JSON object a line: for whoever follows its log from elsewhere. */
import type { TrainingEvent } from "../../shared/training-events.ts";
import type { Progress } from "../progress.ts";

export interface Log {
  emit(event: TrainingEvent): void;
  /** The training's own, as events. */
  progress: Progress;
}

export interface LogOptions {
  write(line: string): void;
  /** The training's id. */
  training: string;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** Milliseconds between two progress lines of a stage: a log costs money by its size. */
const BETWEEN = 1000;

export const createLog = ({ write, training, now = Date.now }: LogOptions): Log => {
  const emit = (event: TrainingEvent): void =>
    write(`${JSON.stringify({ time: new Date(now()).toISOString(), training, ...event })}\n`);
  return {
    emit,
    progress: {
      line: (text) => emit({ event: "note", text: text.trim() }),
      stage(stage) {
        const begun = now();
        let last = Number.NEGATIVE_INFINITY;
        emit({ event: "stage", stage });
        return {
          update(done, total) {
            if (now() - last < BETWEEN) return;
            last = now();
            emit({ event: "progress", stage, done, total });
          },
          end: (summary) => emit({ event: "stage", stage, summary, seconds: (now() - begun) / 1000 }),
        };
      },
    },
  };
};
