/** `whippet train` as people ask for fine-tuning, and for a device. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endCommands, runCommand } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";

const { home, remove } = await temporaryFolder("tuning-command");
beforeAll(async () => {
  await mkdir(join(home, "photos"));
});
afterAll(async () => {
  endCommands();
  await remove();
});
const train = (...options: string[]) => runCommand(["train", "photos", ...options], { cwd: home });

describe("whippet train", () => {
  it("never trains on a CPU where a GPU was asked for: it fails before it looks at a photo, and says how to mend it", async () => {
    const { code, stderr } = await train("--device", "gpu");
    expect(code).toBe(1);
    expect(stderr).toContain('device "gpu": @tensorflow/tfjs-node-gpu is not installed');
    expect(stderr).toContain("npm install @tensorflow/tfjs-node-gpu@4.22.0");
  });

  it("refuses what says nothing without --fine-tune, of photos with several labels, or of what a sweep compares", async () => {
    const alone = await train("--fine-tune-rate", "1e-4");
    expect(alone).toMatchObject({ code: 2 });
    expect(alone.stderr).toContain(
      "--fine-tune-rate says how blocks are trained, and none are; add --fine-tune <blocks>",
    );
    const several = await train("--fine-tune", "2", "--multi-label");
    expect(several).toMatchObject({ code: 2 });
    expect(several.stderr).toContain("--fine-tune is for photos with one label each");
    for (const where of [[], ["--remote"]]) {
      const swept = await train("--fine-tune", "2", "--sweep", ...where);
      expect(swept).toMatchObject({ code: 2 });
      expect(swept.stderr).toContain("leave it or --fine-tune out");
    }
  });
});
