/** The photos that are to be predicted, one after the other: those of a folder, or those that a sample asks for. */
import { access, readdir } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { byCodePoint } from "../dataset/dataset.ts";
import { codeOf, isLitter } from "../dataset/walk.ts";
import { named } from "../text.ts";
import type { Sample } from "./sample.ts";

export interface AskedPhoto {
  id: string;
  path: string;
}

export interface AskedPhotos {
  count: number;
  each(): AsyncIterable<AskedPhoto> | Iterable<AskedPhoto>;
}

/** Endings in the order they are looked for. */
const endings = [".jpg", ".jpeg", ".png", ".webp", ".JPG", ".JPEG", ".PNG", ".WEBP"];

/** @throws Error naming the folder and what is wrong with it */
export const photosOfFolder = async (folder: string): Promise<AskedPhotos> => {
  const names = (await readNames(folder)).filter((name) => endings.includes(extname(name)) && !isLitter(name));
  if (names.length === 0)
    throw new Error(`${folder} holds no photos directly (.jpg, .png, .webp); give the folder that does, such as test/`);
  const ids = names.map((name) => basename(name, extname(name)));
  const known = new Set<string>();
  for (const id of ids) {
    if (known.has(id)) throw new Error(`${folder} holds two photos called ${id}; which of them is meant? Remove one`);
    known.add(id);
  }
  const order = [...ids.keys()].sort((a, b) => byCodePoint(ids[a]!, ids[b]!));
  return {
    count: order.length,
    *each() {
      for (const place of order) yield { id: ids[place]!, path: join(folder, names[place]!) };
    },
  };
};

const readNames = (folder: string): Promise<string[]> =>
  readdir(folder).catch((cause: unknown) => {
    throw new Error(`${folder} cannot be opened (${codeOf(cause)}); give the folder that holds the photos`, { cause });
  });

/**
 * Looks for every photo before any is predicted.
 *
 * @throws Error naming ids that no photo is called by
 */
export const photosOfSample = async (folder: string, sample: Sample, signal?: AbortSignal): Promise<AskedPhotos> => {
  await readNames(folder);
  const missing: string[] = [];
  let count = 0;
  for await (const { id, line } of sample.ids()) {
    signal?.throwIfAborted();
    count++;
    if (/[/\\\0]/.test(id) || id === "." || id === "..")
      throw new Error(`the sample's line ${line}: "${id}" is no id, which is a file's name without its ending`);
    if ((await pathOf(folder, id)) === undefined) missing.push(id);
  }
  if (missing.length > 0)
    throw new Error(
      `${folder} has no photo for ${missing.length} of the sample's ${count} ids: ${named(missing.map((id) => `${id}.jpg`))}. ` +
        "Give the folder that holds them",
    );
  if (count === 0) throw new Error("the sample has no rows; give the competition's sample_submission.csv");
  return {
    count,
    async *each() {
      for await (const { id } of sample.ids()) {
        const path = await pathOf(folder, id);
        if (path === undefined) throw new Error(`the photo ${id} was removed from ${folder} meanwhile; run again`);
        yield { id, path };
      }
    },
  };
};

/** As Kaggle names them, an id is a file's name without its ending. */
const pathOf = async (folder: string, id: string): Promise<string | undefined> => {
  for (const ending of endings) {
    const path = join(folder, id + ending);
    const there = await access(path).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return undefined;
};
