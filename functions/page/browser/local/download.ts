/** Fetches files of known sizes, and tells how far they are. */
import type { Progress } from "./messages.ts";

export interface Wanted {
  url: string;
  bytes: number;
}

type Body = ReadableStream<Uint8Array>;

/**
 * The file's bytes, from `at` on where that is given: then the server may end them early.
 * @returns undefined where the server cannot answer with so many at once, but with parts
 */
const request = async (url: string, at?: number): Promise<Body | undefined> => {
  const response = await fetch(url, at === undefined ? {} : { headers: { range: `bytes=${at}-` } });
  if (response.status === 413 && at === undefined) return undefined;
  if (!response.ok || !response.body) throw new Error(`${url} answers ${response.status}`);
  return response.body;
};

const download = async ({ url, bytes }: Wanted, onBytes: (count: number) => void): Promise<Uint8Array<ArrayBuffer>> => {
  const whole = new Uint8Array(bytes);
  let at = 0;
  const take = async (body: Body): Promise<void> => {
    const reader = body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      if (at + part.value.length > bytes) throw new Error(`${url} has more than its ${bytes} bytes`);
      whole.set(part.value, at);
      at += part.value.length;
      onBytes(part.value.length);
    }
  };
  const body = await request(url);
  if (body) await take(body);
  // an answer without a byte would be the last one
  else
    for (let before = -1; before < at && at < bytes; ) {
      before = at;
      await take((await request(url, at))!);
    }
  if (at < bytes) throw new Error(`${url} ended after ${at} of its ${bytes} bytes`);
  return whole;
};

/**
 * @returns their bytes, in order
 * @throws Error naming the file that is missing, cut off or too long
 */
export const downloadAll = async (
  files: readonly Wanted[],
  onProgress: (progress: Progress) => void,
): Promise<Uint8Array<ArrayBuffer>[]> => {
  const of = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let bytes = 0;
  const parts = files.map((file) =>
    download(file, (count) => {
      bytes += count;
      onProgress({ bytes, of });
    }),
  );
  return Promise.all(parts);
};
