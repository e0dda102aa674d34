/** sst.config.ts and infra/ under our own strictness, against the types of the pinned SST and providers. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../../../shared/package-root.ts";
import { has } from "../../require.ts";

const run = promisify(execFile);

describe.runIf(has("sst"))("the types of sst.config.ts and infra/", () => {
  it("are right", async () => {
    // SST's components are sources of laxer strictness, so tsc has much to say of them
    const { stdout } = await run("npx", ["--no-install", "tsc", "-p", "infra", "--pretty", "false"], {
      cwd: packageRoot,
      maxBuffer: 1e8,
    }).catch((error: { stdout: string }) => error);
    const ours = stdout.split("\n").filter((line) => /^(infra\/|sst\.config)/.test(line));
    expect(ours).toEqual([]);
    // else nothing was checked
    expect(stdout).toContain(".sst/platform/src/components/");
  });
});
