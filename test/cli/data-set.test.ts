import { copyFile, mkdtemp, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { quarters, turned } from "../dataset/heic.ts";
import { draw, drawFolder } from "../drawing.ts";
import { endCommands, runCommand } from "../e2e/command.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "whippet-check-"));
  await drawFolder(join(home, "photos of shapes with a long name"), 3, 12);
  const first = join(home, "photos of shapes with a long name/circles");
  await copyFile(join(first, "circles-0.jpg"), join(first, `${"a very long name ".repeat(6)}.jpg`));
});
afterAll(endCommands);

const widthOf = (screen: string): number => Math.max(...screen.split("\n").map((line) => line.length));

const check = (...args: string[]) =>
  runCommand(["train", "photos of shapes with a long name", "--check", ...args], { cwd: home });

describe("train --check", () => {
  it("shows the first photos, how many there are, the batch and what is there twice, in 80 columns", async () => {
    const { code, stdout, stderr } = await check();
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toMatch(/^id +file +label\n/m);
    expect(stderr).toContain("photos     36, each judged by one of five heads");
    expect(stderr).toContain("classes    3: smallest circles 12, largest triangles 12");
    expect(stderr).toContain("batch      1 x 3 x 224 x 224 (photos, RGB, height, width)");
    expect(stderr).toContain("identical  1 left out");
    expect(stderr).toContain("skipped    none");
    expect(widthOf(stderr)).toBeLessThanOrEqual(80);
  });

  it("stays within 80 columns and a screen or two, whatever the classes are called and however much is wrong", async () => {
    const folder = join(home, "much");
    const labels = ["a", "b"].map(
      (letter) => `a class with a name as long as file systems let it be, ${letter.repeat(90)}`,
    );
    await drawFolder(folder, 2, 12);
    for (const [index, kind] of ["circles", "stripes"].entries()) {
      await rename(join(folder, kind), join(folder, labels[index]!));
      for (let file = 0; file < 15; file++)
        await writeFile(join(folder, labels[index]!, `no photo ${"at all ".repeat(9)}${file}.txt`), "words");
    }
    // the same bytes under both labels, many times over
    for (let copy = 0; copy < 14; copy++) {
      const photo = await draw("stars", copy).jpeg().toBuffer();
      for (const label of labels) await writeFile(join(folder, label, `same-${copy}.jpg`), photo);
    }
    const { code, stderr } = await runCommand(["train", "much", "--check"], { cwd: home });
    expect(code).toBe(0);
    expect(stderr).toMatch(/… and \d+ more warnings \(all of them with --json\)/);
    expect(stderr).toMatch(/… and \d+ more files \(all of them with --json\)/);
    expect(stderr).toContain("skipped    58 files that cannot be used, named above");
    expect(widthOf(stderr)).toBeLessThanOrEqual(80);
    expect(stderr.split("\n").length).toBeLessThan(120);
  });

  it("says the same to scripts, and trains nothing", async () => {
    const { stdout } = await check("--json");
    expect(JSON.parse(stdout)).toMatchObject({
      photos: 36,
      classes: 3,
      smallest: { label: "circles", photos: 12 },
      largest: { label: "triangles", photos: 12 },
      batch: [1, 3, 224, 224],
      judged: { method: "out-of-fold", heads: 5 },
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
