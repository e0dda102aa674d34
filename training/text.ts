/** Text for people, fitted to the narrowest terminal in use. */

/** Characters of a line. */
export const COLUMNS = 80;

/** The middle goes: names differ at their beginnings and ends. */
export const shorten = (text: string, width: number): string => {
  if (text.length <= width) return text;
  const end = Math.floor((width - 1) / 2);
  return `${text.slice(0, width - 1 - end)}…${text.slice(-end)}`;
};

/** "a, b, c and 12 more". */
export const named = (items: readonly string[], most = 3): string =>
  items.length <= most + 1 ? items.join(", ") : `${items.slice(0, most).join(", ")} and ${items.length - most} more`;

/** Breaks text between words, and words that are longer than a line; further lines are set in. */
export const wrapped = (text: string, indent: string): string[] => {
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.split(" ")) {
    const longer = line === undefined ? word : `${line} ${word}`;
    if (longer.length <= COLUMNS) line = longer;
    else {
      if (line?.trim()) lines.push(line);
      line = indent + word;
    }
    for (; line.length > COLUMNS; line = indent + line.slice(COLUMNS)) lines.push(line.slice(0, COLUMNS));
  }
  return [...lines, line ?? ""];
};
