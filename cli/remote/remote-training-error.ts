/** A training elsewhere that ended without a model. */
import type { TrainingState } from "../../shared/jobs/jobs.ts";
import { exitCodes } from "../../shared/training-events.ts";

export class RemoteTrainingError extends Error {
  override readonly name = "RemoteTrainingError";
  /** Of this command: as if the training had run here. */
  readonly exitCode: number;

  /** @param reason in the training's own words, where its log has them */
  constructor(state: TrainingState, reason: string | undefined) {
    super(describe(state, reason ?? state.detail));
    this.exitCode = state.exitCode === exitCodes.refused ? exitCodes.refused : exitCodes.failed;
  }
}

/** What to do about an exit code that says more than that it failed. */
const advice = (exitCode: number | undefined): string => {
  if (exitCode === 137) return "; it was killed, most often for want of memory: --shards spreads the photos";
  if (exitCode === exitCodes.stopped)
    return "; its machine was taken away: the same command goes on from what is computed";
  return "";
};

const describe = ({ id, state, exitCode }: TrainingState, reason: string | undefined): string => {
  if (state === "cancelled") return `training ${id} was cancelled: ${reason}`;
  const code = exitCode === undefined ? "" : ` (exit code ${exitCode})`;
  return `training ${id} failed: ${reason ?? "its log says nothing"}${code}${advice(exitCode)}; npx whippet trainings show ${id}`;
};
