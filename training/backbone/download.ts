/**
 * Files that backbones are made of, fetched once and kept: what broke off is resumed, what is wrong is thrown away, and who
 * has no network is told where to put the file.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { setTimeout as sleep } from "node:timers/promises";
import type { Progress } from "../progress.ts";

export interface RemoteFile {
  url: string;
  /** Where it is kept. */
  path: string;
  /** What it must be, as far as that is known. */
  bytes?: number;
  md5?: string;
}

export interface DownloadOptions {
  progress: Progress;
  signal?: AbortSignal | undefined;
  /** Before the next attempt, in milliseconds; each wait is twice the last. */
  pause?: number;
}

/** In a row without a single byte. */
const ATTEMPTS = 4;

/**
 * Makes sure that the file lies at its path.
 * @throws Error naming URL and path when it cannot be had, or is not what it must be
 */
export const download = async (file: RemoteFile, options: DownloadOptions): Promise<void> => {
  const { url, path } = file;
  if (await isThere(path)) {
    const wrong = await wrongWith(path, file);
    if (wrong) throw new Error(`${path} ${wrong}; remove it, and it is fetched again from ${url}`);
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.part`;
  const resumed = await isThere(part);
  await fetchTo(part, file, options);
  let wrong = await wrongWith(part, file);
  if (wrong && resumed) {
    // What an earlier run left may have been the trouble
    await rm(part);
    await fetchTo(part, file, options);
    wrong = await wrongWith(part, file);
  }
  if (wrong) {
    await rm(part);
    throw new Error(`what ${url} gave ${wrong}; it is thrown away. Try again, or ${byHand(file)}`);
  }
  await rename(part, path);
};

const byHand = ({ url, path }: RemoteFile): string => `fetch ${url} elsewhere and put it at ${path}`;

export const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** @returns what is wrong, as the rest of a sentence */
const wrongWith = async (path: string, { bytes, md5 }: RemoteFile): Promise<string | undefined> => {
  const { size } = await stat(path);
  if (bytes !== undefined && size !== bytes) return `has ${size} bytes, not ${bytes}`;
  if (md5 === undefined) return undefined;
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  const found = hash.digest("hex");
  return found === md5 ? undefined : `has the md5 ${found}, not ${md5}`;
};

/** Until it is whole; each attempt goes on where the last one ended. */
const fetchTo = async (part: string, file: RemoteFile, options: DownloadOptions): Promise<void> => {
  const { progress, signal, pause = 1000 } = options;
  const stage = progress.stage("MB fetched");
  for (let idle = 0, wait = pause; ; wait *= 2) {
    const before = await sizeOf(part);
    try {
      const size = await attempt(part, file, before, { stage, signal });
      stage.end(`${basename(file.path)}, ${(size / 1e6).toFixed(1)} MB`);
      return;
    } catch (cause) {
      signal?.throwIfAborted();
      const got = await sizeOf(part);
      idle = got > before ? 0 : idle + 1;
      if (got > before) wait = pause;
      if (cause instanceof Refusal || idle >= ATTEMPTS) {
        stage.end("failed");
        const kept =
          got > 0 && !(cause instanceof Refusal)
            ? `; ${(got / 1e6).toFixed(1)} MB are kept, run it again to go on`
            : "";
        throw new Error(`${file.url} cannot be fetched: ${reasonOf(cause)}${kept}. Or ${byHand(file)}`, { cause });
      }
      await sleep(wait, undefined, { signal });
    }
  }
};

/** An answer that another attempt would not change. */
class Refusal extends Error {}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** `fetch failed` says nothing; what is behind it does. */
const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message ? `${message} (${cause.message})` : message;
};

interface Attempt {
  stage: ReturnType<Progress["stage"]>;
  signal: AbortSignal | undefined;
}

/** @returns the whole file's bytes */
const attempt = async (
  part: string,
  { url }: RemoteFile,
  from: number,
  { stage, signal }: Attempt,
): Promise<number> => {
  // As it lies there: a range of what is compressed on its way would be one of other bytes
  const headers = { "accept-encoding": "identity", ...(from > 0 && { range: `bytes=${from}-` }) };
  const response = await fetch(url, { headers, ...(signal && { signal }) });
  const { status, body } = response;
  // Nothing is left to fetch, or what is there is longer than the file: its check tells
  if (status === 416 && from > 0) return from;
  if (!response.ok || !body) {
    await body?.cancel();
    const problem = `the answer is ${status} ${response.statusText}`.trimEnd();
    throw status === 429 || status >= 500 ? new Error(problem) : new Refusal(problem);
  }
  const begun = status === 206 ? from : 0;
  const length = response.headers.get("content-length");
  const total = length === null ? undefined : begun + Number(length);
  let done = begun;
  const counted = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      done += chunk.length;
      stage.update(Math.floor(done / 1e6), Math.ceil((total ?? done) / 1e6));
      yield chunk;
    }
  };
  const file = createWriteStream(part, { flags: begun > 0 ? "a" : "w" });
  await pipeline(body as unknown as ReadableStream<Uint8Array>, counted, file);
  if (total !== undefined && done < total) throw new Error(`it broke off after ${done} of ${total} bytes`);
  return done;
};
