/** What is said of an error where a process ends with it. */

/** Whether someone stopped the work, rather than that it failed. */
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
