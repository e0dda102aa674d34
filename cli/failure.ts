/** How a command ends when it does not end well: what is printed, and with which exit code. */
import { CommanderError } from "commander";
import { GateRefusedError } from "../training/export/gate.ts";

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** 1 failed, 2 wrong usage, 3 the gate refused every form, 130 stopped by Ctrl-C (128 + SIGINT, as shells count). */
export const exitCode = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) return 2;
  if (error instanceof GateRefusedError) return 3;
  if (isAbort(error)) return 130;
  return 1;
};

export const isAbort = (error: unknown): boolean => error instanceof Error && error.name === "AbortError";

/** The message and the messages of its causes, a line each, without repeating one that is already part of another. */
export const explain = (error: unknown): string => {
  const lines: string[] = [];
  for (let at = error; at !== undefined && at !== null; at = at instanceof Error ? at.cause : undefined) {
    const line = at instanceof Error ? at.message : String(at);
    const code = at instanceof Error && "code" in at ? String(at.code) : undefined;
    const said = lines.some((earlier) => earlier.includes(line) || (code !== undefined && earlier.includes(code)));
    if (line && !said) lines.push(line);
  }
  return lines.join("\n  because: ");
};
