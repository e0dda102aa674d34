import { describe, expect, it } from "vitest";
import { named, shorten, wrapped } from "../../training/text.ts";

describe("text for a narrow terminal", () => {
  it("keeps what fits as it is, indented or not", () => {
    expect(wrapped("  warning: few photos", "    ")).toEqual(["  warning: few photos"]);
    expect(wrapped("", "  ")).toEqual([""]);
  });

  it("breaks between words, and sets further lines in", () => {
    const lines = wrapped(`  ${"word ".repeat(40).trim()}`, "    ");
    expect(lines).toHaveLength(3);
    expect(lines.every((line) => line.length <= 80)).toBe(true);
    expect(lines[0]).toMatch(/^ {2}word/);
    expect(lines.slice(1).every((line) => /^ {4}word/.test(line))).toBe(true);
    expect(lines.join(" ").match(/word/g)).toHaveLength(40);
  });

  it("breaks a word that is longer than a line", () => {
    const lines = wrapped(`see ${"x".repeat(170)}`, "  ");
    expect(lines.every((line) => line.length <= 80)).toBe(true);
    expect(lines.join("").match(/x/g)).toHaveLength(170);
  });

  it("names a few and counts the rest", () => {
    expect(named(["a", "b", "c", "d"])).toBe("a, b, c, d");
    expect(named(["a", "b", "c", "d", "e"])).toBe("a, b, c and 2 more");
  });

  it("takes from the middle", () => expect(shorten("0123456789", 6)).toBe("012…89"));
});
