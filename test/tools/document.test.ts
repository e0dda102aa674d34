import { describe, expect, it } from "vitest";
import { commandsIn, missingLine } from "../tools/document.ts";

describe("a page's commands", () => {
  it("come with what they need and what they print", () => {
    expect(
      commandsIn("Do:\n\n```sh\nls\npwd\n```\n```text\na\n/b\n```\n\n```sh account\naws\n```\n```text\nok\n```\n"),
    ).toEqual([
      { command: "ls\npwd", kind: "runs", prints: ["a", "/b"] },
      { command: "aws", kind: "account", prints: ["ok"] },
    ]);
  });

  it("must say both", () => {
    expect(() => commandsIn("```sh\nls\n```\n")).toThrow("ls is not followed by what it prints");
    expect(() => commandsIn("```sh maybe\nls\n```\n```text\na\n```\n")).toThrow('marked "sh maybe"');
  });
});

describe("what a command printed", () => {
  const output = "gate   agrees on 480 views  3 s\nPublished dogs 20260101T000000Z-0123456789ab: 3 classes.\n";
  it("is what the page says, but for numbers, versions and widths", () => {
    expect(missingLine(["gate agrees on 500 views …"], output)).toBeUndefined();
    expect(missingLine(["Published dogs 20261124T035127Z-e2102fccd1fc: 12 classes."], output)).toBeUndefined();
  });

  it("lacks a line that is not there, or that comes too early", () => {
    expect(missingLine(["gate refuses …"], output)).toBe("gate refuses …");
    expect(missingLine(["Published … classes.", "gate …"], output)).toBe("gate …");
    expect(missingLine(["agrees on 480 views"], output)).toBe("agrees on 480 views");
  });
});
