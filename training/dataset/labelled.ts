/** Photos whose labels a CSV says: each row finds its file, and what has no row or no file is told. */
import { realpath } from "node:fs/promises";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import { hasCode } from "../../shared/error-code.ts";
import type { LabelledFile, Listing } from "./dataset.ts";
import { group } from "./group.ts";
import { sameButForCase } from "./label-case.ts";
import { labelOf } from "./label-sets.ts";
import { type LabelTable, type PhotoRow, readLabelsTable, readLabelTable } from "./label-table.ts";
import { codeOf, look } from "./walk.ts";

/** Share of the rows that may lack their photo before training stops: more, and it is the wrong folder. */
const bearableMissing = 0.05;

/** Where Kaggle puts the photos that its labels are about. */
const TRAIN = "train";

const photoEnding = /\.(jpe?g|png|webp|hei[cf]|avif|tiff?)$/i;

/**
 * @param labels the CSV
 * @param folder that holds the photos, in `train/` where rows have ids; paths are taken from here and may not leave it
 * @param fewest classes that will do
 * @throws Error naming the line, what is wrong with it and the fix
 */
export const listLabelled = async (labels: string, folder: string, fewest: 1 | 2): Promise<Listing> => {
  const table = await readLabelTable(labels);
  const classes = [...new Set(table.rows.map(({ label }) => label))];
  if (classes.length < fewest)
    throw new Error(
      `${table.name} has ${table.rows.length} rows and ${classes.length === 1 ? `one class, "${classes[0]}"` : "no class"}; ` +
        (fewest === 2 ? "a classifier needs two or more: add rows of another class" : "add a row per photo"),
    );
  return findPhotos(table, folder, classes, ({ label }) => label);
};

/**
 * Photos of which each may have several labels, or none.
 *
 * @param labels a CSV of `path,labels` or `id,labels`
 * @throws Error as `listLabelled`, and where no row has a label
 */
export const listManyLabelled = async (labels: string, folder: string): Promise<Listing> => {
  const table = await readLabelsTable(labels);
  const classes = [...new Set(table.rows.flatMap((row) => row.labels))];
  if (classes.length === 0)
    throw new Error(
      `${table.name} has ${table.rows.length} rows and no label in any of them; write some, with | between them`,
    );
  requireOneRow(table);
  return { ...(await findPhotos(table, folder, classes, (row) => labelOf(row.labels))), multiLabel: true };
};

/** @throws Error naming the second row of a photo: do both count, or is one of them a mistake? */
const requireOneRow = ({ name, rows }: LabelTable<PhotoRow>): void => {
  const lines = new Map<string, number>();
  for (const { photo, line } of rows) {
    const before = lines.get(photo);
    if (before !== undefined)
      throw new Error(
        `${name} line ${line}: ${photo} has a row already, line ${before}; write its labels into one, with | between them`,
      );
    lines.set(photo, line);
  }
};

const findPhotos = async <Row extends PhotoRow>(
  table: LabelTable<Row>,
  folder: string,
  classes: readonly string[],
  labelOf: (row: Row) => string,
): Promise<Listing> => {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw new Error(`${folder} cannot be opened (${codeOf(cause)}); give the folder that holds the photos`, { cause });
  });
  const inFolder = cachedLook();
  const find = table.by === "id" ? await findById(root, inFolder) : findByPath(root, table, inFolder);
  const files: LabelledFile[] = [];
  const missing: PhotoRow[] = [];
  for (const row of table.rows) {
    const path = await find(row);
    if (path === undefined) missing.push(row);
    else files.push({ path: join(folder, relative(root, path)), label: labelOf(row) });
  }
  const unlabelled = await withoutRow(files, inFolder);
  return {
    root: folder,
    files,
    skipped: [],
    ignored: 0,
    warnings: [
      ...missingWarnings(table, missing),
      ...(unlabelled.length === 0
        ? []
        : [
            `${unlabelled.length} photo${unlabelled.length === 1 ? "" : "s"} without a row in ${table.name} (${relative(folder, unlabelled[0]!)}` +
              `${unlabelled.length > 1 ? ", …" : ""}) left out; add rows, or move them elsewhere`,
          ]),
      ...sameButForCase(classes),
    ],
  };
};

type InFolder = (folder: string) => Promise<ReadonlySet<string>>;

/** The names of a folder's files, each folder read once; none where it is missing. */
const cachedLook = (): InFolder => {
  const known = new Map<string, Promise<ReadonlySet<string>>>();
  return (folder) => {
    const names =
      known.get(folder) ??
      look(folder).then(
        ({ files }) => new Set(files.map((path) => basename(path))),
        (cause: unknown) => {
          if (hasCode(cause, "ENOENT", "ENOTDIR")) return new Set<string>();
          throw new Error(`the folder ${folder} cannot be read (${codeOf(cause)}); make it readable`, { cause });
        },
      );
    known.set(folder, names);
    return names;
  };
};

type Find = (row: PhotoRow) => string | undefined | Promise<string | undefined>;

/** `train/<id>.jpg`, or with another ending; beside the CSV where there is no `train/`. */
const findById = async (root: string, inFolder: InFolder): Promise<Find> => {
  const train = join(root, TRAIN);
  const folder = (await inFolder(train)).size > 0 ? train : root;
  const byId = group(
    [...(await inFolder(folder))].filter((name) => photoEnding.test(name)),
    (name) => basename(name, extname(name)),
  );
  return ({ photo }) => {
    const named = byId.get(photo);
    return named && join(folder, named.find((name) => name.endsWith(".jpg")) ?? named[0]!);
  };
};

const findByPath =
  (root: string, { name }: Pick<LabelTable, "name">, inFolder: InFolder): Find =>
  async ({ line, photo }) => {
    const path = resolve(root, photo);
    if (!path.startsWith(root + sep))
      throw new Error(`${name} line ${line}: ${photo} lies outside ${root}; give paths below it`);
    return (await inFolder(dirname(path))).has(basename(path)) ? path : undefined;
  };

const missingWarnings = ({ name, by, rows }: LabelTable<PhotoRow>, missing: readonly PhotoRow[]): string[] => {
  const [first] = missing;
  if (!first) return [];
  const file = by === "id" ? `${TRAIN}/${first.photo}.jpg` : first.photo;
  const others = missing.length > 1 ? ` (and so for ${missing.length - 1} more of ${rows.length} rows)` : "";
  const said = `${name} line ${first.line}: no photo ${file}${others}; remove the row or add the file`;
  if (missing.length > rows.length * bearableMissing) throw new Error(said);
  return [said];
};

/** Photos beside labelled ones that no row is about. Other folders, such as Kaggle's `test/`, are nobody's business. */
const withoutRow = async (files: readonly LabelledFile[], inFolder: InFolder): Promise<string[]> => {
  const found: string[] = [];
  for (const [folder, labelled] of group(files, ({ path }) => dirname(path))) {
    const names = new Set(labelled.map(({ path }) => basename(path)));
    for (const name of await inFolder(await realpath(folder)))
      if (photoEnding.test(name) && !names.has(name)) found.push(join(folder, name));
  }
  return found;
};
