/** Folders of photos for whole runs: real ones where they are at hand, drawn ones otherwise. */
import { copyFile, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drawFolder } from "../drawing.ts";
import { has, photosFolder } from "../require.ts";

export const temporaryFolder = async (what: string): Promise<{ home: string; remove(): Promise<void> }> => {
  const home = await mkdtemp(join(tmpdir(), `whippet-${what}-`));
  return { home, remove: () => rm(home, { recursive: true, force: true, maxRetries: 5 }) };
};

/** Three breeds that are easy to tell apart. */
const breeds = ["beagle", "samoyed", "shih-tzu"];

/** Fills `folder` with three classes of `perClass` photos and says which kind they are. */
export const fillWithPhotos = async (folder: string, perClass: number): Promise<"real" | "drawn"> => {
  if (!has("photos")) {
    await drawFolder(folder, breeds.length, perClass);
    return "drawn";
  }
  for (const breed of breeds) {
    const from = join(photosFolder, "dogs", breed);
    await mkdir(join(folder, breed), { recursive: true });
    for (const photo of (await readdir(from)).sort().slice(0, perClass))
      await copyFile(join(from, photo), join(folder, breed, photo));
  }
  return "real";
};
