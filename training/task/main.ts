/**
 * The process that AWS Batch or ECS starts: `node training/task/main.ts` with the job in WHIPPET_TRAINING. stdout is its log,
 * one JSON object a line; exit codes are in shared/training-events.ts, everything else in the README beside this.
 */
import { explain } from "../../shared/failure.ts";
import { exitCodes } from "../../shared/training-events.ts";
import { GateRefusedError } from "../export/gate.ts";
import { createLog } from "./log.ts";
import { runTask } from "./run.ts";
import { readSettings, SettingsError, type TaskSettings } from "./settings.ts";

const stopping = new AbortController();
const stop = (name: NodeJS.Signals): void => {
  // Whoever asks twice wants no more saving
  if (stopping.signal.aborted) process.exit(exitCodes.stopped);
  stopping.abort(new DOMException(`stopped by ${name}`, "AbortError"));
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);

/** Its work is kept as when it is stopped, but nobody is to start it again by himself. */
class TimeLimitError extends Error {
  override readonly name = "TimeLimitError";
}

const endAfter = (hours: number): NodeJS.Timeout =>
  setTimeout(() => {
    const message = `it took longer than ${hours} hours (training.hours of sst.config.ts); what it computed is kept, and the same command goes on from there`;
    stopping.abort(new TimeLimitError(message));
  }, hours * 3_600_000).unref();

const codeOf = (error: unknown): number => {
  if (error instanceof SettingsError) return exitCodes.settings;
  if (error instanceof GateRefusedError) return exitCodes.refused;
  if (stopping.signal.reason instanceof TimeLimitError) return exitCodes.failed;
  // Whatever fails while it stops: the next attempt finds out whether it fails by itself
  return stopping.signal.aborted ? exitCodes.stopped : exitCodes.failed;
};

const write = (line: string): void => void process.stdout.write(line);
let settings: TaskSettings | undefined;
try {
  settings = readSettings(process.env);
  if (settings.hours !== undefined) endAfter(settings.hours);
  const log = createLog({ write, training: settings.job.id });
  await runTask({ ...settings, log, signal: stopping.signal });
} catch (error) {
  const { emit } = createLog({ write, training: settings?.job.id ?? "unknown" });
  process.exitCode = codeOf(error);
  if (process.exitCode === exitCodes.stopped) emit({ event: "stopped", reason: explain(error) });
  else emit({ event: "failed", error: explain(error) });
}
