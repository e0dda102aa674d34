/** An ONNX classifier at a URL, kept on this machine with the weights and documents that lie beside it there. */
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readModel } from "../../shared/onnx/model.ts";
import { type DownloadOptions, download, isThere } from "./download.ts";
import { externalFiles } from "./external-data.ts";
import { keptFolder } from "./kept.ts";
import { preparationDocuments } from "./onnx-file.ts";

export const isUrl = (name: string): boolean => /^https?:\/\//.test(name);

/**
 * What is there already is not fetched again.
 * @returns the path of the file; its weights and documents lie beside it and a folder up, as at the URL
 */
export const keepOnnxUrl = async (name: string, options: DownloadOptions): Promise<string> => {
  const url = new URL(name);
  const folder = join(keptFolder(), createHash("sha256").update(url.href).digest("hex").slice(0, 16), "onnx");
  const path = join(folder, decodeURIComponent(basename(url.pathname)));
  if (!(await isThere(path))) {
    // the documents first: a file that is there has all of them
    await keepDocuments(url, folder, options.signal);
    await download({ url: url.href, path }, options);
    options.progress.line(`${url.href} is kept as ${path}; remove it to have it fetched again`);
  }
  for (const location of externalFiles(readModel(await readFile(path)), path)) {
    const beside = location.split("/").map(encodeURIComponent).join("/");
    await download({ url: new URL(beside, url).href, path: join(folder, location) }, options);
  }
  return path;
};

const keepDocuments = async (url: URL, folder: string, signal: AbortSignal | undefined): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const [up, place] of [
    ["./", folder],
    ["../", dirname(folder)],
  ] as const)
    for (const document of preparationDocuments) {
      const beside = new URL(`${up}${document}`, url);
      const response = await fetch(beside, { ...(signal && { signal }) }).catch(() => undefined);
      if (response?.ok) await writeFile(join(place, document), await response.text());
      else await response?.body?.cancel();
    }
};
