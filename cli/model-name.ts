/** What a model is called: as its owner says, or as its photos' folder, archive or CSV is. */
import { basename, dirname, resolve } from "node:path";
import { nameSchema } from "../shared/manifest.ts";
import { UsageError } from "./failure.ts";

/** @throws UsageError when the name that was chosen, or the folder's, fits no URL */
export const modelName = (chosen: string | undefined, photos: string): string =>
  chosen === undefined ? nameOf(photos) : checkName(chosen);

const checkName = (name: string): string => {
  const parsed = nameSchema.safeParse(name);
  if (!parsed.success) throw new UsageError(`--name ${name}: a name has ${parsed.error.issues[0]?.message}`);
  return parsed.data;
};

/** The folder's name, made fit for a URL. */
const nameOf = (photos: string): string => {
  const folder = folderName(photos);
  const name = folder
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-")
    .replaceAll(/^[^a-z0-9]+|-+$/g, "")
    .slice(0, 63);
  if (!nameSchema.safeParse(name).success)
    throw new UsageError(`the folder's name ${folder} makes no model name; give one with --name`);
  return name;
};

const folderName = (photos: string): string => {
  if (photos.startsWith("s3://")) return basename(photos.split("?")[0]!);
  const name = basename(resolve(photos));
  // every data set's CSV is called so
  if (/^(labels|train|index)\.csv$/i.test(name)) return basename(dirname(resolve(photos)));
  return name.replace(/\.(csv|zip|tar|tar\.gz|tgz)$/i, "");
};
