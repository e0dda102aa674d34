/** 10,000 photos are predicted in as much memory as 100, as a process of its own, measured by the kernel. */
import { link, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFileStore } from "../../shared/store/file.ts";
import { draw } from "../drawing.ts";
import { endCommands, runCommand } from "../e2e/command.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { labels, publishNetwork } from "../predict/publish.ts";
import { telling, usagesIn } from "../tools/usage.ts";

const { home, remove } = await temporaryFolder("predict-memory");
const MANY = 10_000;
const FEW = 100;

beforeAll(async () => {
  await publishNetwork(createFileStore(join(home, ".whippet/store")));
  await mkdir(join(home, "drawn"));
  for (let seed = 0; seed < FEW; seed++)
    await draw("circles", seed)
      .jpeg()
      .toFile(join(home, "drawn", `${seed}.jpg`));
  for (const count of [FEW, MANY]) {
    await mkdir(join(home, `${count}`));
    for (let index = 0; index < count; index++)
      await link(join(home, "drawn", `${index % FEW}.jpg`), join(home, `${count}`, `${index}.jpg`));
  }
});
afterAll(async () => {
  endCommands();
  await remove();
});

/** The most that the process held, in MB. */
const peakOf = async (count: number): Promise<number> => {
  const { code, stderr } = await runCommand(["predict", `${count}`, "--out", `${count}.csv`], {
    cwd: home,
    env: telling,
  });
  expect(code).toBe(0);
  const rows = (await readFile(join(home, `${count}.csv`), "utf8")).trimEnd().split("\n");
  expect(rows).toHaveLength(count + 1);
  expect(rows.every((row) => parseInt(row, 10) >= 0 || row.startsWith("id,"))).toBe(true);
  expect(rows.at(-1)!.split(",")).toHaveLength(labels.length + 1);
  return Math.max(...usagesIn(stderr).map(({ peakMb }) => peakMb));
};

describe("predictions for 10,000 photos", () => {
  it("need no more memory than those for 100, but for the photos' names and what the collector leaves lying", async () => {
    const few = await peakOf(FEW);
    const many = await peakOf(MANY);
    process.stderr.write(`predict: ${few.toFixed(0)} MB for ${FEW} photos, ${many.toFixed(0)} MB for ${MANY}\n`);
    expect(many).toBeLessThan(few + 60);
  });
});
