/** What an archive holds, whichever kind it is: entries one after another, each a stream that is read once. */
import type { Readable } from "node:stream";

export interface ArchiveEntry {
  /** As the archive has it; not to be trusted. */
  name: string;
  /** Undefined for what is no file: a folder, a link, a device. */
  open: (() => Promise<Readable>) | undefined;
}

/** @throws Error when the archive is damaged, cut off, or lies about its sizes */
export type ReadEntries = (archive: string, onBytes: (count: number) => void) => AsyncIterable<ArchiveEntry>;
