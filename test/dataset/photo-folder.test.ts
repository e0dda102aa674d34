/** What a bucket calls its photos never decides where they are written. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { listPhotos } from "../../training/dataset/list-photos.ts";
import { makePhotoFolder } from "../../training/dataset/photo-folder.ts";
import { temporaryFolder } from "../e2e/folders.ts";

const { home, remove } = await temporaryFolder("photo-folder");
afterAll(remove);
const file = join(home, "photo");
await writeFile(file, "a photo");
let folders = 0;
const inNew = () => join(home, String(folders++));
const filesOf = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

it.each([
  "../../evil",
  "..",
  "/etc/passwd",
  "a/../../../b",
  "..\\..\\b",
  "a\0b",
  "a\nb",
  ".hidden",
  `${"x".repeat(300)}.jpg`,
])("keeps the photo %j inside its class", async (path) => {
  const parent = inNew();
  const folder = await makePhotoFolder(parent, [{ file, label: "cat", path }]);
  const files = await filesOf(parent);
  expect(files.map(({ parentPath }) => parentPath)).toEqual([join(folder, "cat")]);
  expect(files[0]!.name).not.toMatch(/^\./);
});

it.each(["..", ".", "", "a/b", "a\0b"])("refuses the class %j, and leaves nothing", async (label) => {
  const parent = inNew();
  await expect(makePhotoFolder(parent, [{ file, label, path: "1.jpg" }])).rejects.toThrow(
    `the class ${JSON.stringify(label)} cannot be the name of a folder; rename it in the bucket`,
  );
  expect(await readdir(parent)).toEqual([]);
});

it("keeps photos apart whose paths make one name", async () => {
  const photos = ["a/b.jpg", "a_b.jpg"].map((path) => ({ file, label: "cat", path }));
  expect(await filesOf(await makePhotoFolder(inNew(), photos))).toHaveLength(2);
});

it("writes a table of photos that have several labels or none, which reads as what was written", async () => {
  const labels = ['a "great" dane|cat, or none', "cat, or none", "", "line\nbreak"];
  const photos = ["a/b.jpg", "a_b.jpg", "c,d.jpg", ".e.jpg"].map((path, at) => ({
    file,
    label: undefined,
    labels: labels[at]!,
    path,
  }));
  const folder = await makePhotoFolder(inNew(), photos);
  const listing = await listPhotos({ photos: folder, multiLabel: true });
  expect(listing.warnings).toEqual([]);
  expect(listing.files.map(({ label }) => label)).toEqual(labels);
  expect(new Set(listing.files.map(({ path }) => path)).size).toBe(4);
});
