/** Looks at photos before they travel: what is no photo stays here, and what makes training pointless stops it. */
import { stat } from "node:fs/promises";
import { relative, sep } from "node:path";
import type { Skipped } from "../../training/dataset/dataset.ts";
import type { PhotoSource } from "../../training/dataset/list-photos.ts";
import { requireClasses, surveyPhotos } from "../../training/dataset/survey.ts";
import type { Progress } from "../../training/progress.ts";
import { reportLeftOut } from "../../training/report-left-out.ts";
import type { PhotoToUpload } from "./upload.ts";

export interface Prepared {
  photos: PhotoToUpload[];
  skipped: Skipped[];
  warnings: string[];
}

/** @throws Error naming what is wrong with the photos or their labels, and the fix */
export const preparePhotos = async (
  source: PhotoSource,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<Prepared> => {
  const stage = progress.stage("photos");
  const found = await surveyPhotos(source, { onFile: stage.update, reader: "remote", signal });
  requireClasses(found.listing, found.photos, found.skipped);
  const photos: PhotoToUpload[] = [];
  for (const { path, label, sha256 } of found.photos) {
    const { size: bytes } = await stat(path);
    photos.push({
      file: path,
      listed: { path: relative(found.listing.root, path).replaceAll(sep, "/"), label, sha256, bytes },
    });
  }
  const left = found.skipped.length > 0 ? `, ${found.skipped.length} files skipped` : "";
  stage.end(`${photos.length} photos read${left}`);
  reportLeftOut(progress, found);
  return { photos, skipped: found.skipped, warnings: found.warnings };
};
