/** `whippet train` as people ask for fine-tuning, and for a device. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { trainCommand } from "../../cli/commands/train.ts";
import { UsageError } from "../../cli/failure.ts";
import { createTerminal } from "../../cli/terminal.ts";
import { endCommands, runCommand } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { createMemoryStore } from "../store/memory.ts";

const { home, remove } = await temporaryFolder("tuning-command");
afterAll(async () => {
  endCommands();
  await remove();
});

const train = (...options: string[]): Promise<unknown> => {
  const context = {
    terminal: createTerminal({ stream: { write: expect.unreachable } }),
    data: expect.unreachable,
    print: expect.unreachable,
    openStore: () => createMemoryStore(),
    signal: new AbortController().signal,
  };
  return trainCommand(context, options).parseAsync(["photos", ...options], { from: "user" });
};

describe("whippet train", () => {
  it("never trains on a CPU where a GPU was asked for: it fails before it looks at a photo, and says how to mend it", async () => {
    await mkdir(join(home, "photos"));
    const { code, stderr } = await runCommand(["train", "photos", "--device", "gpu"], { cwd: home });
    expect(code).toBe(1);
    expect(stderr).toContain('device "gpu": @tensorflow/tfjs-node-gpu is not installed');
    expect(stderr).toContain("npm install --no-save --save-prod @tensorflow/tfjs-node-gpu@4.22.0");
  });

  it.each([
    ["a setting of it alone", ["--fine-tune-rate", "1e-4"], "--fine-tune-rate says how blocks are trained"],
    [
      "it for photos with several labels",
      ["--fine-tune", "2", "--multi-label"],
      "--fine-tune is for photos with one label",
    ],
    ["it in a sweep", ["--fine-tune", "2", "--sweep"], "leave it or --fine-tune out"],
    ["it in a sweep elsewhere", ["--fine-tune", "2", "--sweep", "--remote"], "leave it or --fine-tune out"],
  ])("says what cannot be asked for: %s", async (_, options, said) => {
    const refused = train(...options);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(said);
  });
});
