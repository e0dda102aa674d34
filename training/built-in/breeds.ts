/** The 120 dog breeds among ImageNet's classes, which are Kaggle's too. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../shared/package-root.ts";
import { byCodePoint } from "../dataset/dataset.ts";

const breedsFile = join(packageRoot, "models/imagenet-dogs.csv");

export interface Breed {
  /** ImageNet's class, from 0. */
  index: number;
  breed: string;
}

/** Rows of `imagenet_index,wnid,breed`, sorted by breed. @throws Error naming a line that is none */
export const readBreeds = async (): Promise<Breed[]> => {
  const [, ...lines] = (await readFile(breedsFile, "utf8")).trim().split(/\r?\n/);
  const breeds = lines.map((line, row) => {
    const [index, , breed] = line.split(",");
    if (breed === undefined || !(Number(index) < 1000))
      throw new Error(`${breedsFile} line ${row + 2}: "${line}" is not imagenet_index,wnid,breed; reinstall whippet`);
    return { index: Number(index), breed };
  });
  return breeds.sort((a, b) => byCodePoint(a.breed, b.breed));
};
