/** How a command ends when it does not end well. */
import { CommanderError } from "commander";
import { isAbort } from "../shared/failure.ts";
import { UnverifiableError } from "../shared/verify.ts";
import { GateRefusedError } from "../training/export/gate.ts";
import { RemoteTrainingError } from "./remote/remote-training-error.ts";

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** 1 failed, 2 wrong usage, 3 the gate refused every form, 130 stopped by Ctrl-C (128 + SIGINT, as shells count). */
export const exitCode = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) return 2;
  // the key is missing or unknown there: nothing is said of the answers
  if (error instanceof UnverifiableError && error.kind === "unauthorized") return 2;
  if (error instanceof GateRefusedError) return 3;
  if (error instanceof RemoteTrainingError) return error.exitCode;
  if (isAbort(error)) return 130;
  return 1;
};
