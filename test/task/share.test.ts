import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { shareIn } from "../../training/task/photos.ts";
import { shareOf } from "../../training/task/share.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { silent } from "../silent.ts";

it("gives every photo to one shard, whatever order they are listed in, as many to each give or take one", () => {
  const photos = Array.from({ length: 20 }, (_, i) => `class-${i % 3}/${i}.jpg`);
  const shares = [0, 1, 2].map((shard) => shareOf(photos, (photo) => photo, shard, 3));
  expect(shares.flat().sort()).toEqual([...photos].sort());
  expect(shares.map(({ length }) => length)).toEqual([7, 7, 6]);
  const reversed = [...photos].reverse();
  expect([0, 1, 2].map((shard) => shareOf(reversed, (photo) => photo, shard, 3))).toEqual(shares);
});

it("counts no table of labels among the photos", async () => {
  const { home, remove } = await temporaryFolder("share");
  await mkdir(join(home, "street"));
  for (const name of ["labels.csv", "1.jpg", "street/2.jpg", "street/labels.csv"])
    await writeFile(join(home, name), "");
  const share = await shareIn(
    { photos: `file:${home}`, cache: home, progress: silent, signal: new AbortController().signal },
    0,
    1,
  );
  // one that lies deeper is no table of this folder, and is named as what is no photo
  expect(share.map((path) => path.slice(home.length + 1)).sort()).toEqual([
    "1.jpg",
    "street/2.jpg",
    "street/labels.csv",
  ]);
  await remove();
});
