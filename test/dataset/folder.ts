/** Folders of drawn photos for these tests, in a place of their own. */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readDataset } from "../../training/dataset/read-dataset.ts";
import { draw } from "../drawing.ts";

export const emptyFolder = (): Promise<string> => mkdtemp(join(tmpdir(), "whippet-dataset-"));

let drawn = 0;

/** A small JPEG unlike every other one. */
export const jpeg = async (): Promise<Buffer> => draw("circles", ++drawn, 48, 40).jpeg().toBuffer();

/** Writes files given by path; folders come by themselves. */
export const fill = async (folder: string, files: Record<string, Uint8Array | string>): Promise<void> => {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
};

/** `perClass` photos of each class. */
export const fillClasses = async (folder: string, labels: readonly string[], perClass: number): Promise<void> => {
  for (const label of labels)
    for (let index = 0; index < perClass; index++) await fill(folder, { [`${label}/${index}.jpg`]: await jpeg() });
};

/** Reads the folder with an inspection that finds nothing wrong. */
export const read = async (folder: string, options: Partial<Parameters<typeof readDataset>[1]> = {}) =>
  (await readDataset({ photos: folder }, { inspect: async (photos) => photos.map(() => undefined), ...options }))
    .dataset;
