/** A training elsewhere that ended without a model. */
import type { TrainingState } from "../../shared/jobs/jobs.ts";
import { exitCodes } from "../../shared/training-events.ts";

export class RemoteTrainingError extends Error {
  override readonly name = "RemoteTrainingError";
  /** Of this command: as if the training had run here. */
  readonly exitCode: number;

  /** @param reason in the training's own words, where its log has them */
  constructor({ id, state, detail, exitCode }: TrainingState, reason: string | undefined) {
    super(describe(id, state, reason ?? detail, exitCode));
    this.exitCode = exitCode === exitCodes.refused ? exitCodes.refused : exitCodes.failed;
  }
}

const describe = (
  id: string,
  state: TrainingState["state"],
  reason: string | undefined,
  exitCode: number | undefined,
): string => {
  if (state === "cancelled") return `training ${id} was cancelled: ${reason}`;
  if (state === "succeeded")
    return `training ${id} succeeded, but its log does not say with what; npx whippet models --store s3://… lists it`;
  const code = exitCode === undefined ? "" : ` (exit code ${exitCode})`;
  const memory = exitCode === 137 ? "; it was killed, most often for want of memory: --shards spreads the photos" : "";
  return `training ${id} failed: ${reason ?? "its log says nothing"}${code}${memory}; npx whippet trainings show ${id}`;
};
