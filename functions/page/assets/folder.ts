/** Assets that a build wrote, as `NAME.br` in a folder: those of the package, and of a Lambda's bundle. Node's alone. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants } from "node:zlib";
import type { Assets } from "./assets.ts";

/** Of brotli, 0 to 11. 9 takes three times as long for 3% of onnxruntime-web's 2.8 MB. */
const QUALITY = 6;

export const compress = (bytes: Uint8Array): Promise<Uint8Array> =>
  promisify(brotliCompress)(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });

/** Each asset is read once, for they are few, and those who ask may be many at a time. A failure is not kept. */
export const keptInMemory = (read: Assets["read"]): Assets => {
  const kept = new Map<string, ReturnType<Assets["read"]>>();
  return {
    async read(name, encoding) {
      const key = `${name}.${encoding}`;
      const reading = kept.get(key) ?? read(name, encoding);
      kept.set(key, reading);
      const bytes = await reading.catch(() => undefined);
      if (!bytes) kept.delete(key);
      return reading;
    },
  };
};

/** No name leads out of the folder. */
const isName = (name: string): boolean => /^[A-Za-z0-9][\w.-]*$/.test(name);

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

export const assetsInFolder = (folder: string): Assets =>
  keptInMemory(async (name, encoding) => {
    if (!isName(name)) return undefined;
    try {
      const compressed = await readFile(join(folder, `${name}.br`));
      return encoding === "br" ? compressed : await promisify(brotliDecompress)(compressed);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  });
