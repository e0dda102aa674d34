/** Commands in a Markdown page, what they need and what the page says that they print. */

export interface DocumentedCommand {
  /** One or more lines for a shell. */
  command: string;
  /** `sh` runs anywhere, `sh fails` too and ends with an error, `sh account` needs one. */
  kind: "runs" | "fails" | "account";
  /** Lines, in order; others may stand between them. */
  prints: string[];
}

const fence = /^```([a-z ]+)\n([\s\S]*?)^```$/gm;

/** @throws Error when a command does not say what it prints, or is of no known kind */
export const commandsIn = (markdown: string): DocumentedCommand[] => {
  const blocks = [...markdown.matchAll(fence)].map(([, info = "", body = ""]) => ({ info, body: body.trimEnd() }));
  const commands: DocumentedCommand[] = [];
  for (const [i, { info, body }] of blocks.entries()) {
    if (!/^sh\b/.test(info)) continue;
    const kind = info === "sh" ? "runs" : info.slice("sh ".length);
    if (kind !== "runs" && kind !== "fails" && kind !== "account")
      throw new Error(`a block of commands is marked ${JSON.stringify(info)}; it may be sh, sh fails or sh account`);
    const next = blocks[i + 1];
    if (next?.info !== "text") throw new Error(`${body} is not followed by what it prints, in a block marked text`);
    commands.push({ command: body, kind, prints: next.body.split("\n") });
  }
  return commands;
};

/** Versions, numbers and `…` stand for any other; the width of columns does not count. */
const patternOf = (line: string): RegExp => {
  const source = line
    .trim()
    .split(/(\d{8}T\d{6}Z-[0-9a-f]{12}|\d[\d.,]*|…|\s+)/)
    .map((part) => {
      if (/^\d{8}T/.test(part)) return "\\d{8}T\\d{6}Z-[0-9a-f]{12}";
      if (/^\d/.test(part)) return "\\d[\\d.,]*";
      if (part === "…") return ".*";
      return /^\s+$/.test(part) ? "\\s*" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    })
    .join("");
  return new RegExp(`^\\s*${source}\\s*$`);
};

/** @returns the first line of `prints` that `output` lacks, or has in another place */
export const missingLine = (prints: readonly string[], output: string): string | undefined => {
  const lines = output.split("\n");
  let at = 0;
  for (const wanted of prints) {
    const pattern = patternOf(wanted);
    const found = lines.findIndex((line, i) => i >= at && pattern.test(line));
    if (found < 0) return wanted;
    at = found + 1;
  }
  return undefined;
};
