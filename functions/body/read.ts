/** Reads a request's body, and stops reading as soon as it is known to be too large. */
import { Problem } from "../../shared/problem.ts";
import type { Budget } from "./budget.ts";

/**
 * Hands the whole body to `use`; its bytes count against `budget` from when they arrive until `use` is done.
 *
 * @param limit in bytes; neither a `Content-Length` nor a stream without one gets past it
 * @throws Problem 413 naming the limit, 400 when the client breaks off, 503 when the budget is spent
 */
export const withBody = async <T>(
  request: Request,
  limit: number,
  budget: Budget,
  use: (body: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> => {
  const announced = Number(request.headers.get("content-length") ?? 0);
  if (announced > limit) throw tooLarge(`${announced} bytes are`, limit);
  let taken = 0;
  const take = (bytes: number) => {
    budget.take(bytes);
    taken += bytes;
  };
  try {
    const body = await readAll(request, (length) => {
      if (length > limit) throw tooLarge(`more than ${limit} bytes were`, limit);
      if (length > taken) take(length - taken);
    });
    return await use(body);
  } finally {
    budget.give(taken);
  }
};

/** @param check is told the length so far, and throws to stop */
const readAll = async (request: Request, check: (length: number) => void): Promise<Uint8Array<ArrayBuffer>> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunksOf(request)) {
    length += chunk.length;
    check(length);
    chunks.push(chunk);
  }
  return concatenate(chunks, length);
};

const tooLarge = (sent: string, limit: number): Problem =>
  new Problem(413, `${sent} sent, at most ${limit} bytes are taken; send a smaller photo or reduce its size first`);

/** Leaving the loop early leaves the rest to the platform: cancelling would cut the connection before the answer is out. */
async function* chunksOf(request: Request): AsyncGenerator<Uint8Array> {
  const reader = request.body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new Problem(400, "the body broke off before its end; send it again", { cause });
      });
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

const concatenate = (chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> => {
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
};
