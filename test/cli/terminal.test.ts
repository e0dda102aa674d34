import { describe, expect, it } from "vitest";
import { createPace } from "../../cli/pace.ts";
import { createTerminal, duration, megabytes, percent, table } from "../../cli/terminal.ts";

const recorder = (isTTY: boolean, columns = 80) => {
  let text = "";
  return { isTTY, columns, write: (part: string) => (text += part), text: () => text };
};

describe("terminal", () => {
  it("draws a bar with rate and time left that fits 80 columns", () => {
    const stream = recorder(true);
    let now = 0;
    const stage = createTerminal({ stream, clock: () => now }).stage("features");
    stage.update(0, 1000);
    now = 5000;
    stage.update(500, 1000);
    const drawn = stream.text().split("\u001b[K").at(-1) ?? "";
    expect(drawn).toMatch(/^features {3}█+░+ {2}500\/1,000 {2}100\/s {2}5\.0 s left$/);
    expect(drawn.length).toBeLessThanOrEqual(80);
  });

  it("breaks what a stage came to where it would not fit 80 columns, before the time", () => {
    const stream = recorder(true);
    let now = 0;
    const stage = createTerminal({ stream, clock: () => now }).stage("gate");
    now = 138_000;
    stage.end("agrees on 500 views: native int8 100.0%, web int8-plan 100.0%");
    const lines = stream
      .text()
      .split("\n")
      .map((line) => line.split("\u001b[K").at(-1));
    expect(lines).toEqual([
      "gate       agrees on 500 views: native int8 100.0%, web int8-plan 100.0%",
      "           \u001b[2m2 min 18 s\u001b[0m",
      "",
    ]);
  });

  it("writes plain lines without control characters where stderr is no terminal", () => {
    const stream = recorder(false);
    let now = 0;
    const stage = createTerminal({ stream, clock: () => now }).stage("features");
    now = 1000;
    stage.update(50, 1000);
    now = 11_000;
    stage.update(550, 1000);
    now = 20_000;
    stage.end("1,000 photos");
    expect(stream.text()).toBe("features   550/1,000  50/s  9.0 s left\nfeatures   1,000 photos  20 s\n");
  });
});

describe("the time left", () => {
  const second = 1000;

  it("is told by what was done lately, not by what came before the first unit", () => {
    const pace = createPace();
    pace.update(1, 500, 60 * second);
    const told = pace.update(101, 500, 62 * second);
    expect(told?.rate).toBeCloseTo(50);
    expect(told?.left).toBeCloseTo(7.98 * second);
  });

  it("does not count what was there already", () => {
    const pace = createPace();
    pace.update(900, 1000, 0);
    expect(pace.update(910, 1000, second)?.left).toBeCloseTo(9 * second);
  });

  it("forgets a quick beginning", () => {
    const pace = createPace();
    for (let at = 0; at <= 60; at++) pace.update(at < 10 ? at * 100 : 1000 + at, 2000, at * second);
    expect(pace.update(1061, 2000, 61 * second)?.rate).toBeCloseTo(1, 1);
  });

  it("is not told before a few units, nor by a bar begun anew", () => {
    const pace = createPace();
    expect(pace.update(0, 100, 0)).toBeUndefined();
    expect(pace.update(2, 100, 5 * second)).toBeUndefined();
    expect(pace.update(20, 100, 6 * second)).toBeDefined();
    expect(pace.update(0, 100, 7 * second)).toBeUndefined();
    expect(pace.update(10, 100, 8 * second)?.rate).toBeCloseTo(10);
  });
});

describe("figures", () => {
  it.each([
    [812, "0.8 s"],
    [9_949, "9.9 s"],
    [9_960, "10 s"],
    [59_700, "1 min 0 s"],
    [185_000, "3 min 5 s"],
  ])("writes %i milliseconds as %s", (milliseconds, text) => expect(duration(milliseconds)).toBe(text));

  it("writes shares and sizes as people do", () => {
    expect(percent(0.91349)).toBe("91.3%");
    expect(megabytes(4_513_212)).toBe("4.5 MB");
  });
});

describe("table", () => {
  it("aligns numbers right and words left", () => {
    expect(
      table(
        ["label", "score"],
        [
          ["golden-retriever", "97.1%"],
          ["beagle", "1.4%"],
        ],
      ),
    ).toBe(["label             score", "golden-retriever  97.1%", "beagle             1.4%"].join("\n"));
  });
});
