/** The entries of a .tar, compressed by gzip or not, read once from its beginning to its end and never held whole. */
import { createReadStream } from "node:fs";
import { PassThrough, pipeline, Readable } from "node:stream";
import type { ReadableStream as WebStream } from "node:stream/web";
import { createGunzip } from "node:zlib";
import { createTarDecoder } from "modern-tar";
import { counting } from "./counting.ts";
import type { ReadEntries } from "./entry.ts";

const entriesOf = async function* (
  archive: string,
  gzip: boolean,
  onBytes: (count: number) => void,
): ReturnType<ReadEntries> {
  const unpacked = pipeline(
    createReadStream(archive),
    gzip ? createGunzip() : new PassThrough(),
    counting(onBytes),
    // an error reaches whoever reads the last stream
    () => undefined,
  );
  const entries = (Readable.toWeb(unpacked) as ReadableStream<Uint8Array>).pipeThrough(
    createTarDecoder({ strict: true }),
  );
  try {
    for await (const { header, body } of entries) {
      let opened = false;
      const open = async () => {
        opened = true;
        return Readable.fromWeb(body as WebStream);
      };
      yield { name: header.name, open: header.type === undefined || header.type === "file" ? open : undefined };
      // the next entry comes after this one is read, or given up
      if (!opened) await body.cancel();
    }
  } finally {
    unpacked.destroy();
  }
};

export const tarEntries: ReadEntries = (archive, onBytes) => entriesOf(archive, false, onBytes);
export const tarGzipEntries: ReadEntries = (archive, onBytes) => entriesOf(archive, true, onBytes);
