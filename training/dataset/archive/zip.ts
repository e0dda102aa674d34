/** The entries of a .zip, read from its directory at the end; each is decompressed as a stream and held to its stated size. */
import { pipeline } from "node:stream";
import { openPromise } from "yauzl";
import { counting } from "./counting.ts";
import type { ReadEntries } from "./entry.ts";
import { ArchiveRefusal } from "./refusal.ts";

/** File type in the upper half of a Unix entry's attributes: S_IFMT and S_IFREG of stat(2). */
const typeMask = 0o170000;
const regular = 0o100000;

export const zipEntries: ReadEntries = async function* (archive, onBytes) {
  const zip = await openPromise(archive);
  try {
    for await (const entry of zip.eachEntry()) {
      const type = (entry.externalFileAttributes >>> 16) & typeMask;
      const isFile = !entry.fileName.endsWith("/") && (type === 0 || type === regular);
      const open = async () => {
        if (entry.isEncrypted())
          throw new ArchiveRefusal(
            `its entry ${entry.fileName} is encrypted; pack the photos again without a password`,
          );
        // an error reaches whoever reads the last stream
        return pipeline(await zip.openReadStreamPromise(entry), counting(onBytes), () => undefined);
      };
      yield { name: entry.fileName, open: isFile ? open : undefined };
    }
  } finally {
    zip.close();
  }
};
