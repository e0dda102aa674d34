import { mkdir, rename, symlink, truncate } from "node:fs/promises";
import { basename, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { Problem } from "../../shared/problem.ts";
import { emptyFolder, fill, fillClasses, jpeg, read } from "./folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await emptyFolder();
});

describe("readDataset", () => {
  it("takes folders' names as labels, verbatim and sorted by code point", async () => {
    await fillClasses(folder, ["été", "Zebra", "apple pie", "😀", "ｚ"], 3);
    const { labels, photos } = await read(folder);
    expect(labels).toEqual(["Zebra", "apple pie", "été", "ｚ", "😀"]);
    expect(photos).toHaveLength(15);
  });

  it("reads folders inside a class, and follows links without running in circles", async () => {
    await fillClasses(folder, ["a", "b"], 3);
    await fill(folder, { "a/more/deep/1.jpg": await jpeg() });
    await symlink(folder, join(folder, "a/more/loop"));
    await symlink(join(folder, "a"), join(folder, "a/self"));
    expect((await read(folder)).photos).toHaveLength(7);
  });

  it("lists damaged, empty, unreadable and foreign files and goes on", async () => {
    await fillClasses(folder, ["a", "b"], 30);
    await fill(folder, { "a/empty.jpg": "", "a/notes.txt": "words", "b/cut.jpg": (await jpeg()).subarray(0, 200) });
    await symlink(join(folder, "nowhere"), join(folder, "b/dangling.jpg"));
    const { photos, skipped } = await read(folder, {
      inspect: async (files) =>
        files.map(({ path }) => (path.endsWith("cut.jpg") ? new Problem(400, "the JPEG is cut off") : undefined)),
    });
    expect(photos).toHaveLength(60);
    expect(skipped.map(({ path }) => basename(path))).toEqual(["empty.jpg", "notes.txt", "cut.jpg", "dangling.jpg"]);
    for (const { reason } of skipped) expect(reason).not.toBe("");
  });

  it("does not read what is too large for a photo, and says whether it is a video", async () => {
    await fillClasses(folder, ["a", "b"], 30);
    const files = { "a/film.mp4": Buffer.from("\0\0\0\x18ftypisom\0\0\0\0mp42"), "b/huge.jpg": await jpeg() };
    await fill(folder, files);
    // more than Node reads into one buffer, and nothing of it on the disk
    for (const path of Object.keys(files)) await truncate(join(folder, path), 5_000_000_000);
    const { photos, skipped } = await read(folder);
    expect(photos).toHaveLength(60);
    expect(skipped.map(({ reason }) => reason)).toEqual([
      expect.stringContaining("this is a video file"),
      expect.stringContaining("the photo has 5000 MB, and 20 MB is the most we take"),
    ]);
  });

  it("counts what systems leave behind, and says no more of it", async () => {
    await fillClasses(folder, ["a", "b"], 3);
    await fill(folder, {
      ".DS_Store": "x",
      "a/.DS_Store": "x",
      "a/._0.jpg": "x",
      "b/Thumbs.db": "x",
      ".git/config": "x",
    });
    const { ignored, skipped, labels } = await read(folder);
    expect({ ignored, skipped, labels }).toEqual({ ignored: 5, skipped: [], labels: ["a", "b"] });
  });

  it("keeps one of identical photos, and none whose labels disagree", async () => {
    await fillClasses(folder, ["a", "b"], 3);
    const [twin, traitor] = [await jpeg(), await jpeg()];
    await fill(folder, { "a/t1.jpg": twin, "a/t2.jpg": twin, "a/x.jpg": traitor, "b/x.jpg": traitor });
    const { photos, skipped, warnings } = await read(folder);
    expect(photos.map(({ path }) => basename(path)).filter((name) => /^[tx]/.test(name))).toEqual(["t1.jpg"]);
    expect(skipped).toHaveLength(3);
    expect(warnings.join()).toMatch(/labelled "a" and "b".*all its copies are left out/);
  });

  it("stops when more than a twentieth of a class is in a format that we don't read, and says what to do", async () => {
    await fillClasses(folder, ["a", "b"], 18);
    await fill(folder, { "a/1.gif": Buffer.from("GIF89a and more") });
    await expect(read(folder)).rejects.toThrow(/class "a": 1 of 19 files .*1\.gif.*GIF.*PNG/s);
    await fill(folder, { "a/19.jpg": await jpeg() });
    expect((await read(folder)).skipped).toHaveLength(1);
  });

  it("warns of photos outside any class, and of classes that differ only in case", async () => {
    await fillClasses(folder, ["Cat", "cat"], 10);
    await fill(folder, { "stray.jpg": await jpeg() });
    const { warnings } = await read(folder);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(/1 file directly in .*stray\.jpg.*left out/);
    expect(warnings[1]).toMatch(/"Cat" and "cat" differ only in case/);
  });

  it("gives the same data set whatever the files are called", async () => {
    await fillClasses(folder, ["a", "b"], 6);
    const before = await read(folder);
    for (let index = 0; index < 6; index++)
      await rename(join(folder, `a/${index}.jpg`), join(folder, `a/z${9 - index}.jpg`));
    const after = await read(folder);
    expect(after.splitHash).toBe(before.splitHash);
    expect(after.photos.map(({ sha256, part }) => [sha256, part])).toEqual(
      before.photos.map(({ sha256, part }) => [sha256, part]),
    );
  });

  it("stops when it is told to", async () => {
    await fillClasses(folder, ["a", "b"], 3);
    await expect(read(folder, { signal: AbortSignal.abort(new Error("Ctrl-C")) })).rejects.toThrow("Ctrl-C");
  });
});

describe("a folder that cannot train", () => {
  it("is named when it is missing, a file, or empty", async () => {
    await expect(read(join(folder, "nope"))).rejects.toThrow(/nope cannot be opened \(ENOENT\); give the folder/);
    await expect(read(folder)).rejects.toThrow(/is empty; put a folder per class/);
    await fill(folder, { "photo.jpg": await jpeg() });
    await expect(read(join(folder, "photo.jpg"))).rejects.toThrow(/photo\.jpg is a file; give the folder/);
    await expect(read(folder)).rejects.toThrow(/1 files and no folders; sort/);
  });

  it("is named when it has one class, and the classes are looked for one level down", async () => {
    await fillClasses(folder, ["dogs/beagle", "dogs/dingo"], 3);
    await expect(read(folder)).rejects.toThrow(/one class, "dogs".*train on .*dogs$/);
  });

  it("is named when it holds parts of a data set instead of classes", async () => {
    await fillClasses(folder, ["train/a", "train/b", "test/a"], 2);
    await expect(read(folder)).rejects.toThrow(/"test" and "train", which are parts.*train on .*train and evaluate/);
  });

  it("is named when a class is empty or has a single usable photo", async () => {
    await fillClasses(folder, ["a", "b"], 2);
    await mkdir(join(folder, "c"));
    await expect(read(folder)).rejects.toThrow(/c holds no photos/);
    await fill(folder, { "c/1.jpg": await jpeg(), "c/2.jpg": "" });
    await expect(read(folder)).rejects.toThrow(/class "c" has 1 usable photo \(1 of its 2 files skipped; .*2\.jpg/);
  });
});
