/**
 * Published files on their way to readers: each is in memory once, however many are sent it, and all of them within a bound. Who
 * takes nothing for a while is cut off, so that nobody holds a file by not reading it.
 */
import type { RequestLimits } from "../../shared/limits.ts";
import { Problem } from "../../shared/problem.ts";

/** Bytes handed over at a time. */
const CHUNK = 256 * 1024;

interface Held {
  bytes: Promise<Uint8Array>;
  size: number;
  readers: number;
}

/**
 * The body of an answer with the whole file.
 *
 * @param key what the file is held under
 * @param read called where nobody is sent it already
 * @throws Problem 503 with retryAfter when it would not fit beside others; whatever `read` throws
 */
export type SendWhole = (key: string, size: number, read: () => Promise<Uint8Array>) => Promise<ReadableStream>;

/** @param most bytes of files held at once, though one alone may have more; milliseconds without a reader's taking anything */
export const createSendWhole = (most: RequestLimits["reading"]): SendWhole => {
  const files = new Map<string, Held>();
  let total = 0;

  const hold = (key: string, size: number, read: () => Promise<Uint8Array>): Held => {
    const known = files.get(key);
    if (known) return known;
    if (total > 0 && total + size > most.bytes)
      throw new Problem(503, "too many files are being sent at once; try again in a few seconds", { retryAfter: 5 });
    const held: Held = { bytes: read(), size, readers: 0 };
    files.set(key, held);
    total += size;
    return held;
  };

  return async (key, size, read) => {
    const held = hold(key, size, read);
    held.readers++;
    const release = () => {
      if (--held.readers > 0) return;
      files.delete(key);
      total -= held.size;
    };
    try {
      return sized(streamOf(await held.bytes, most.milliseconds, release), size);
    } catch (error) {
      release();
      throw error;
    }
  };
};

/** workerd tells a reader how long an answer is only where its stream says so; elsewhere the header does. */
const sized = (stream: ReadableStream<Uint8Array>, size: number): ReadableStream<Uint8Array> => {
  const { FixedLengthStream } = globalThis as {
    FixedLengthStream?: new (size: number) => ReadableWritablePair<Uint8Array, Uint8Array>;
  };
  return FixedLengthStream ? stream.pipeThrough(new FixedLengthStream(size)) : stream;
};

/** @param done called once: when all was taken, or the reader went away or was cut off */
const streamOf = (bytes: Uint8Array, milliseconds: number, done: () => void): ReadableStream<Uint8Array> => {
  let at = 0;
  let idle: ReturnType<typeof setTimeout> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        clearTimeout(idle);
        const chunk = bytes.subarray(at, at + CHUNK);
        at += chunk.length;
        // what takes a stream may keep the chunk's memory for itself: the others' is the file's own
        controller.enqueue(chunk.slice());
        if (at >= bytes.length) {
          controller.close();
          return done();
        }
        idle = setTimeout(() => {
          controller.error(new Error(`nothing of the file was taken for ${milliseconds / 1000} s`));
          done();
        }, milliseconds);
      },
      cancel() {
        clearTimeout(idle);
        done();
      },
    },
    { highWaterMark: 0 },
  );
};
