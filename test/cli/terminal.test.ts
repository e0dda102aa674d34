import { describe, expect, it } from "vitest";
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
    now = 5000;
    stage.update(500, 1000);
    const drawn = stream.text().split("\u001b[K").at(-1) ?? "";
    expect(drawn).toMatch(/^features {3}█+░+ {2}500\/1,000 {2}100\/s {2}5\.0 s left$/);
    expect(drawn.length).toBeLessThanOrEqual(80);
  });

  it("writes plain lines without control characters where stderr is no terminal", () => {
    const stream = recorder(false);
    let now = 0;
    const stage = createTerminal({ stream, clock: () => now }).stage("features");
    now = 100;
    stage.update(10, 1000);
    now = 11_000;
    stage.update(550, 1000);
    now = 20_000;
    stage.end("1,000 photos");
    expect(stream.text()).toBe("features   550/1,000  50/s  9.0 s left\nfeatures   1,000 photos  20 s\n");
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
