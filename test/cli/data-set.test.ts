import { copyFile, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { quarters, turned } from "../dataset/heic.ts";
import { drawFolder } from "../drawing.ts";
import { endCommands, runCommand } from "../e2e/command.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "whippet-check-"));
  await drawFolder(join(home, "photos of shapes with a long name"), 3, 12);
  const first = join(home, "photos of shapes with a long name/circles");
  await copyFile(join(first, "circles-0.jpg"), join(first, `${"a very long name ".repeat(6)}.jpg`));
});
afterAll(endCommands);

const check = (...args: string[]) =>
  runCommand(["train", "photos of shapes with a long name", "--check", ...args], { cwd: home });

describe("train --check", () => {
  it("shows the first photos, how many there are, the batch and what is there twice, in 80 columns", async () => {
    const { code, stdout, stderr } = await check();
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toMatch(/^id +file +label\n/m);
    expect(stderr).toContain("photos     36: ");
    expect(stderr).toContain("classes    3: smallest circles 12, largest triangles 12");
    expect(stderr).toContain("batch      1 x 3 x 224 x 224 (photos, RGB, height, width)");
    expect(stderr).toContain("identical  1 left out");
    const screen = stderr.slice(stderr.indexOf("\nid "));
    expect(Math.max(...screen.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("says the same to scripts, and trains nothing", async () => {
    const { stdout } = await check("--json");
    expect(JSON.parse(stdout)).toMatchObject({
      photos: 36,
      classes: 3,
      smallest: { label: "circles", photos: 12 },
      largest: { label: "triangles", photos: 12 },
      batch: [1, 3, 224, 224],
      identical: 1,
      ignored: 0,
      head: expect.arrayContaining([{ id: "circles-1", file: "circles/circles-1.jpg", label: "circles" }]),
    });
    const { code } = await runCommand(["models", "--json"], { cwd: home });
    expect(code).toBe(0);
  });

  it("takes photos of phones, and says of a damaged one that it is left out, to scripts in JSON alone", async () => {
    const folder = join(home, "phones");
    await drawFolder(folder, 2, 3);
    await writeFile(join(folder, "circles/phone.heic"), quarters);
    await writeFile(join(folder, "circles/cut.heic"), turned.subarray(0, -60));
    const { stdout } = await runCommand(["train", "phones", "--check", "--json"], { cwd: home });
    expect(JSON.parse(stdout)).toMatchObject({
      photos: 7,
      skipped: [{ path: "phones/circles/cut.heic", reason: expect.stringMatching(/HEIC is damaged or cut off/) }],
    });
  });

  it("ends with the fix where training is pointless", async () => {
    const { code, stderr } = await runCommand(["train", "photos of shapes with a long name/circles", "--check"], {
      cwd: home,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/holds 13 files and no folders; sort the photos into a folder per class/);
  });
});
