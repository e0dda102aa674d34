import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { labelsOfPhoto } from "../../training/dataset/dataset.ts";
import { listPhotos } from "../../training/dataset/list-photos.ts";
import { readDataset } from "../../training/dataset/read-dataset.ts";
import { emptyFolder, fill, jpeg } from "./folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await emptyFolder();
});

/** Draws a photo for each row, and writes the table. */
const table = async (rows: readonly string[]) => {
  const photos = await Promise.all(rows.map(async (_, at) => [`${at}.jpg`, await jpeg()] as const));
  const lines = rows.map((labels, at) => `${at}.jpg,${labels}\n`).join("");
  await fill(folder, { ...Object.fromEntries(photos), "labels.csv": `path,labels\n${lines}` });
};

const read = async () =>
  (
    await readDataset(
      { photos: folder, multiLabel: true },
      { inspect: async (photos) => photos.map(() => undefined), validation: 0.25 },
    )
  ).dataset;

const usual = ["cat", "dog", "cat|dog", "dog|cat", "", "bird|cat", "bird", ""];

describe("photos of several labels", () => {
  it("have all of them, in whatever order they were written, or none", async () => {
    await table(usual);
    const dataset = await read();
    expect(dataset.labels).toEqual(["bird", "cat", "dog"]);
    expect(dataset.combinations).toEqual([[], [0], [0, 1], [1], [1, 2], [2]]);
    const named = new Map(
      dataset.photos.map((photo) => [photo.path, labelsOfPhoto(photo, dataset).map((label) => dataset.labels[label])]),
    );
    for (const [at, labels] of usual.entries())
      expect(named.get(join(folder, `${at}.jpg`))).toEqual(labels.split("|").filter(Boolean).sort());
    expect(dataset.photos.filter(({ part }) => part === "validation").length).toBeGreaterThan(0);
  });

  it("are one photo each: a second row is refused, for do both count?", async () => {
    await table(usual);
    await fill(folder, { "labels.csv": "path,labels\n0.jpg,cat\n1.jpg,dog\n0.jpg,dog\n" });
    await expect(read()).rejects.toThrow(
      "labels.csv line 4: 0.jpg has a row already, line 2; write its labels into one, with | between them",
    );
  });

  it("need photos that show a label, and photos that do not", async () => {
    await table(["cat", "cat|dog", "cat", "cat|fox", "fox|cat", "dog|cat"]);
    await expect(read()).rejects.toThrow(
      'label "cat" is on 6 of 6 usable photos: without others it tells nothing apart',
    );
    await table(["cat", "dog", "dog", "", ""]);
    await expect(read()).rejects.toThrow('class "cat" has 1 usable photo');
  });

  it("may be of one label only: shown, or not", async () => {
    await table(["cat", "cat", "", "cat", "", ""]);
    expect(await read()).toMatchObject({ labels: ["cat"], combinations: [[], [0]] });
  });

  it("come by a table: a folder per class gives each photo one label", async () => {
    await fill(folder, { "a/1.jpg": await jpeg(), "b/1.jpg": await jpeg() });
    await expect(listPhotos({ photos: folder, multiLabel: true })).rejects.toThrow(
      /has no labels.csv: where photos have several labels, a CSV of path,labels says which, with \| between them/,
    );
    await fill(folder, { "labels.csv": "path,labels\na/1.jpg,\nb/1.jpg,\n" });
    await expect(listPhotos({ photos: folder, multiLabel: true })).rejects.toThrow(
      "labels.csv has 2 rows and no label in any of them",
    );
  });

  it("say which combinations contradict each other on copies of one photo", async () => {
    await table([...usual, "cat"]);
    await fill(folder, { "copy.jpg": await jpeg() });
    const same = await jpeg();
    await fill(folder, { "0.jpg": same, "1.jpg": same });
    const { warnings, photos } = await read();
    expect(warnings.some((warning) => warning.includes('the same photo is labelled "cat" and "dog"'))).toBe(true);
    expect(photos).toHaveLength(usual.length - 1);
  });
});
