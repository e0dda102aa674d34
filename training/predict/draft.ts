/** A file that is written bit by bit and appears whole, or not at all. */
import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf } from "../dataset/walk.ts";

/** Characters that are gathered before they are written. */
const GATHERED = 64_000;

/**
 * @param write is given what adds text to the file
 * @throws Error where the file cannot be written; whatever `write` throws. Then nothing is left, and what was there before stays
 */
export const writeWhole = async (
  file: string,
  write: (add: (text: string) => Promise<void>) => Promise<void>,
): Promise<void> => {
  const draft = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
  const handle = await open(draft, "wx").catch((cause: unknown) => {
    throw new Error(`${file} cannot be written (${codeOf(cause)}); give a place in a folder that is there`, { cause });
  });
  try {
    let gathered = "";
    await write(async (text) => {
      gathered += text;
      if (gathered.length < GATHERED) return;
      await handle.write(gathered);
      gathered = "";
    });
    await handle.write(gathered);
    await handle.sync();
    await handle.close();
    await rename(draft, file);
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(draft, { force: true });
    throw error;
  }
};
