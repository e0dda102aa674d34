/** Photos as a folder per class: the folders' names are the labels, verbatim; folders inside a class are read too. */
import { realpath, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Listing } from "./dataset.ts";
import { sameButForCase } from "./label-case.ts";
import { codeOf, type Found, look, walk } from "./walk.ts";

/**
 * @param fewest classes that will do
 * @throws Error naming the folder, what it holds and what to do, when it is not a folder per class
 */
export const listFolders = async (folder: string, fewest: 1 | 2 = 2): Promise<Listing> => {
  await requireFolder(folder);
  const root = await look(folder);
  await refuseOtherLayouts(folder, root, fewest);

  const listing: Listing = {
    root: folder,
    files: [],
    skipped: root.skipped,
    ignored: root.ignored,
    warnings: rootWarnings(folder, root),
  };
  const above = await realpath(folder);
  for (const path of root.folders) {
    const label = basename(path);
    const { files, skipped, ignored } = await walk(path, new Set([above]));
    if (files.length === 0)
      throw new Error(`${path} holds no photos; add photos of "${label}", or remove the folder if it is no class`);
    listing.files.push(...files.map((file) => ({ path: file, label })));
    listing.skipped.push(...skipped);
    listing.ignored += ignored;
  }
  return listing;
};

const requireFolder = async (folder: string): Promise<void> => {
  const found = await stat(folder).catch((cause: unknown) => {
    throw new Error(
      `${resolve(folder)} cannot be opened (${codeOf(cause)}); give the folder that holds a folder per class`,
      {
        cause,
      },
    );
  });
  if (!found.isDirectory())
    throw new Error(
      `${folder} is a file; give the folder that holds a folder per class, such as ${join(folder, "..")}`,
    );
};

/** Folders that data sets come in, above the classes rather than being them. */
const partNames = new Set(["train", "training", "test", "testing", "val", "valid", "validation", "dev", "eval"]);

const refuseOtherLayouts = async (folder: string, { files, folders }: Found, fewest: 1 | 2): Promise<void> => {
  if (files.length === 0 && folders.length === 0)
    throw new Error(`${folder} is empty; put a folder per class into it, each with photos of that class`);
  if (folders.length === 0)
    throw new Error(
      `${folder} holds ${files.length} files and no folders; sort the photos into a folder per class, named after the class`,
    );

  const parts = folders.filter((path) => partNames.has(basename(path).toLowerCase()));
  if (parts.length === folders.length) {
    const training = parts.find((path) => basename(path).toLowerCase().startsWith("train")) ?? parts[0]!;
    const names = parts.map((path) => `"${basename(path)}"`).join(" and ");
    throw new Error(
      `${folder} holds ${names}, which are parts of a data set, not classes; train on ${training} and evaluate on the rest`,
    );
  }

  if (folders.length < fewest) {
    const [only] = folders as [string];
    const inside = (await look(only)).folders;
    const fix =
      inside.length >= 2
        ? `its classes seem to lie one level down: train on ${only}`
        : "add a folder for each further class";
    throw new Error(`${folder} holds one class, "${basename(only)}"; a classifier needs two or more: ${fix}`);
  }
};

const rootWarnings = (folder: string, { files, folders }: Found): string[] => {
  const warnings: string[] = [];
  if (files.length > 0)
    warnings.push(
      `${counted(files.length, "file")} directly in ${folder} (${basename(files[0]!)}${files.length > 1 ? ", …" : ""}) ` +
        "left out; move photos into the folder of their class",
    );
  const parts = folders.map((path) => basename(path)).filter((name) => partNames.has(name.toLowerCase()));
  if (parts.length > 0)
    warnings.push(
      `"${parts.join('", "')}" became a class beside the others; move it elsewhere if it is a part of the data`,
    );
  return [...warnings, ...sameButForCase(folders.map((path) => basename(path)))];
};

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
