import { mkdir, symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { readLabelsTable, readLabelTable } from "../../training/dataset/label-table.ts";
import { listPhotos } from "../../training/dataset/list-photos.ts";
import { has, kaggleLabels } from "../require.ts";
import { emptyFolder, fill } from "./folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await emptyFolder();
});

/** Every photo as `path=label`. */
const listed = async (source: Parameters<typeof listPhotos>[0]): Promise<string[]> => {
  const { root, files } = await listPhotos(source);
  return files.map(({ path, label }) => `${relative(root, path)}=${label}`);
};

describe("Kaggle's folder", () => {
  it("pairs each id with train/<id>.jpg and leaves test/ alone", async () => {
    await fill(folder, {
      "labels.csv": "id,breed\nab,beagle\ncd,dingo\n",
      "train/ab.jpg": "x",
      "train/cd.jpg": "x",
      "test/ef.jpg": "x",
    });
    expect(await listed({ photos: folder })).toEqual(["train/ab.jpg=beagle", "train/cd.jpg=dingo"]);
    expect((await listPhotos({ photos: folder })).warnings).toEqual([]);
  });

  it("names the row that has no photo, and stops when many have none", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `p${i},${i % 2 ? "a" : "b"}`);
    await fill(folder, { "labels.csv": `id,breed\n${rows.join("\n")}\n` });
    for (let i = 2; i < 40; i++) await fill(folder, { [`train/p${i}.jpg`]: "x" });
    const { files, warnings } = await listPhotos({ photos: folder });
    expect(files).toHaveLength(38);
    expect(warnings).toEqual([
      "labels.csv line 2: no photo train/p0.jpg (and so for 1 more of 40 rows); remove the row or add the file",
    ]);
    await fill(folder, { "labels.csv": `id,breed\n${[...rows, "q,a"].join("\n")}\n` });
    await expect(listPhotos({ photos: folder })).rejects.toThrow(
      "labels.csv line 2: no photo train/p0.jpg (and so for 2 more of 41 rows); remove the row or add the file",
    );
  });

  it("tells of a folder that cannot be read, instead of calling its photos missing", async () => {
    await fill(folder, { "labels.csv": "id,breed\na,x\nb,y\n" });
    await symlink("train", join(folder, "train"));
    await expect(listPhotos({ photos: folder })).rejects.toThrow(
      /the folder .*train cannot be read \(ELOOP\); make it/,
    );
  });

  it("warns of photos without a row, and of breeds that differ only in case", async () => {
    await fill(folder, {
      "labels.csv": "id,breed\na,Dingo\nb,dingo\n",
      "train/a.jpg": "x",
      "train/b.jpg": "x",
      "train/stray.jpg": "x",
    });
    expect((await listPhotos({ photos: folder })).warnings).toEqual([
      "1 photo without a row in labels.csv (train/stray.jpg) left out; add rows, or move them elsewhere",
      'the classes "Dingo" and "dingo" differ only in case; merge them if they mean the same',
    ]);
  });

  it.runIf(has("kaggle"))("is read from the competition's own table: 10,222 photos of 120 breeds", async () => {
    const { by, rows } = await readLabelTable(kaggleLabels);
    expect({ by, rows: rows.length }).toEqual({ by: "id", rows: 10_222 });
    expect(new Set(rows.map(({ label }) => label)).size).toBe(120);
    expect(rows[0]).toEqual({ line: 2, photo: "000bec180eb18c7604dcecc8fe0dba07", label: "boston_bull" });
  });
});

describe("a CSV of path,label", () => {
  it("takes paths from where it lies, or from the folder that is given, and labels verbatim", async () => {
    const csv = '\uFEFFpath,label\r\nin/a.jpg,"Saint ""B"", big"\r\n./in/b.jpg, été \r\n';
    await fill(folder, { "set.csv": csv, "elsewhere/t.csv": csv, "in/a.jpg": "x", "in/b.jpg": "x" });
    const photos = ['in/a.jpg=Saint "B", big', "in/b.jpg= été "];
    expect(await listed({ photos: join(folder, "set.csv") })).toEqual(photos);
    expect(await listed({ photos: folder, labels: join(folder, "elsewhere/t.csv") })).toEqual(photos);
  });

  it.each(["../secret.jpg", "/etc/passwd", "in/../../secret.jpg"])("never leaves its folder for %s", async (path) => {
    await fill(folder, { "set.csv": `path,label\nin/a.jpg,a\n${path},b\n`, "in/a.jpg": "x" });
    await expect(listPhotos({ photos: join(folder, "set.csv") })).rejects.toThrow(/set\.csv line 3: .* lies outside /);
  });
});

describe("a table that cannot be read", () => {
  it.each([
    ["", /labels\.csv is empty/],
    ["photo;class\na;b\n", /line 1 has the columns photo;class; call them id,breed or path,label/],
    ["id,breed\na,b,c\n", /line 2 has 3 cells where the header has 2; put text with commas into quotes/],
    ["id,breed\n\na,\n", /line 3: the breed is empty; fill it in, or remove the row/],
    ["id,breed\n../a,b\n", /line 2: the id is no id; for paths call the column "path"/],
    ['id,breed\na,"b\nc,d\n', /line 2 has a quote that does not close/],
    ["id,breed\na,b\nc,b\n", /labels\.csv has 2 rows and one class, "b"; a classifier needs two or more/],
    ["id,breed\n", /labels\.csv has 0 rows and no class/],
  ])("says what is wrong with %j", async (text, message) => {
    await mkdir(join(folder, "train"));
    await fill(folder, { "labels.csv": text });
    await expect(listPhotos({ photos: folder })).rejects.toThrow(message);
  });
});

describe("a table of several labels", () => {
  const table = async (text: string) => {
    await fill(folder, { "labels.csv": text });
    return join(folder, "labels.csv");
  };

  it("has a list for each photo, none twice, and perhaps none at all", async () => {
    const file = await table('path,labels\na.jpg,cat|dog\nb.jpg,\nc.jpg,"dog | dog|a, b"\n');
    const { by, rows } = await readLabelsTable(file);
    expect(by).toBe("path");
    expect(rows).toEqual([
      { line: 2, photo: "a.jpg", labels: ["cat", "dog"] },
      { line: 3, photo: "b.jpg", labels: [] },
      { line: 4, photo: "c.jpg", labels: ["dog", "a, b"] },
    ]);
  });

  it("may go by ids, beside other columns", async () => {
    const { by, rows } = await readLabelsTable(await table("id,sex,labels\nab,f,x|y\n"));
    expect({ by, rows }).toEqual({ by: "id", rows: [{ line: 2, photo: "ab", labels: ["x", "y"] }] });
  });

  it("names the line whose list has a gap", async () => {
    const file = await table("path,labels\na.jpg,cat\nb.jpg,cat||dog\n");
    await expect(readLabelsTable(file)).rejects.toThrow("labels.csv line 3: the label is empty; fill it in");
  });

  it("is refused where each photo has one label, and the option is named that takes it", async () => {
    const file = await table("path,labels\na.jpg,cat\nb.jpg,cat|dog\n");
    await expect(readLabelTable(file)).rejects.toThrow(
      'labels.csv line 3: "cat|dog" are several labels; train with --multi-label, or give each photo one',
    );
  });

  it("is none where the column is called label: that is verbatim", async () => {
    const { rows } = await readLabelTable(await table("path,label\na.jpg,cat|dog\n"));
    expect(rows).toMatchObject([{ label: "cat|dog" }]);
  });
});
