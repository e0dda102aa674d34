/** `whippet doctor` as a process, and what it found. */
import { expect } from "vitest";
import { runCommand } from "../e2e/command.ts";

interface Finding {
  name: string;
  state: "ok" | "off" | "broken";
  said: string;
  fix?: string;
}

export const runDoctor = async (cwd: string, args: readonly string[], env: Record<string, string> = {}) => {
  const { code, stdout } = await runCommand(["doctor", ...args, "--json"], { cwd, env });
  const findings = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Finding);
  return { code, findings: Object.fromEntries(findings.map((finding) => [finding.name, finding])) };
};

/** One thing is broken, with this fix, and every other is not. */
export const expectOnly = async (cwd: string, env: Record<string, string>, broken: string, fix: RegExp) => {
  const { code, findings } = await runDoctor(cwd, ["--cloud"], env);
  const wrong = Object.values(findings).filter(({ state }) => state === "broken");
  expect(wrong).toMatchObject([{ name: broken, fix: expect.stringMatching(fix) }]);
  expect(code).toBe(1);
};
