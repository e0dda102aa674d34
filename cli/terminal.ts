/**
 * What people see while a command works: a bar with rate and time left where stderr is a terminal, plain lines otherwise.
 * Everything goes to stderr; stdout is for data.
 */
import { wrapped } from "../training/text.ts";
import { createPace } from "./pace.ts";

const decimals = new Intl.NumberFormat("en-US");

/** 1234567 as "1,234,567". */
export const count = (value: number): string => decimals.format(value);

const small = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/** 5 as "five", 12 as "12". */
export const spelled = (value: number): string => small[value] ?? count(value);

/** "0.8 s", "42 s", "3 min 5 s". */
export const duration = (milliseconds: number): string => {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
};

/** 0.9134 as "91.3%". */
export const percent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)}%`;

/** 4513212 as "4.5 MB". */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

export interface Terminal {
  line(text?: string): void;
  /** Starts a stage of the work; its name stays at the left of its line. */
  stage(name: string): Stage;
}

export interface Stage {
  update(done: number, total: number): void;
  /** Ends the stage with what it came to. */
  end(summary: string): void;
}

const NAME_WIDTH = 11;
/** A space at which no line breaks. */
const UNBROKEN = "\u00a0";
const REDRAW_MS = 80;
const PLAIN_LINE_MS = 10_000;

export interface TerminalOptions {
  stream: { isTTY?: boolean; columns?: number; write(text: string): unknown };
  clock?: () => number;
}

export const createTerminal = ({ stream, clock = () => performance.now() }: TerminalOptions): Terminal => {
  const live = stream.isTTY === true;

  const line = (text = "") => {
    stream.write(`${live ? "\r\u001b[K" : ""}${text}\n`);
  };

  const stage = (name: string): Stage => {
    const label = name.padEnd(NAME_WIDTH);
    const begun = clock();
    let drawn = begun;
    if (live) stream.write(`\r\u001b[K${label}`);

    const pace = createPace();

    const update = (done: number, total: number) => {
      const now = clock();
      const speed = pace.update(done, total, now);
      if (now - drawn < (live ? REDRAW_MS : PLAIN_LINE_MS)) return;
      drawn = now;
      const figures = `${count(done)}/${count(total)}${speed ? `  ${perSecond(speed.rate)}  ${duration(speed.left)} left` : ""}`;
      if (!live) return line(`${label}${figures}`);
      const room = Math.min(stream.columns ?? 80, 100) - NAME_WIDTH - figures.length - 3;
      stream.write(`\r\u001b[K${label}${bar(done / Math.max(1, total), Math.max(0, room))}  ${figures}`);
    };

    const end = (summary: string) => {
      const took = duration(clock() - begun);
      const whole = `${label}${summary}  ${took.replaceAll(" ", UNBROKEN)}`;
      // a log is read by lines
      const lines = live ? wrapped(whole, " ".repeat(NAME_WIDTH)) : [whole];
      for (const text of lines.slice(0, -1)) line(text.trimEnd());
      line(`${lines.at(-1)!.slice(0, -took.length)}${dim(live, took)}`);
    };
    return { update, end };
  };

  return { line, stage };
};

const perSecond = (rate: number): string => `${rate < 10 ? rate.toFixed(1) : count(Math.round(rate))}/s`;

const bar = (share: number, width: number): string => {
  const full = Math.round(Math.min(1, share) * width);
  return "█".repeat(full) + "░".repeat(width - full);
};

const dim = (live: boolean, text: string): string => (live ? `\u001b[2m${text}\u001b[0m` : text);

/** Left-aligned columns two spaces apart; columns whose cells are all numbers or percentages are right-aligned. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? "").length)));
  const numeric = head.map(
    (_, i) => rows.length > 0 && rows.every((row) => /^[\d.,%-]*( ms| MB)?$/.test(row[i] ?? "")),
  );
  const format = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  return [format(head), ...rows.map(format)].join("\n");
};
