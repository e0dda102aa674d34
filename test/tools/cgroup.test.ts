import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createCgroup } from "./cgroup.ts";

const ROOT = "/sys/fs/cgroup";
const groups = (): string[] =>
  readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter((path) => path.includes(`whippet-${process.pid}-`));

describe("a control group", () => {
  it("leaves nothing behind when its limit is refused, nor when it is removed", () => {
    expect(createCgroup(Number.NaN)).toBeUndefined();
    expect(groups()).toEqual([]);
    createCgroup(64)?.remove();
    expect(groups()).toEqual([]);
  });
});
