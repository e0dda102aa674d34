/** Reads a request's body, and stops reading as soon as it is known to be too large. */
import { concatenate } from "../../shared/concatenate.ts";
import { Problem } from "../../shared/problem.ts";
import type { Budget, Share } from "./budget.ts";

/**
 * Hands the whole body to `use`; its bytes count against `budget` from when they arrive until `use` is done.
 *
 * @param limit in bytes; neither a `Content-Length` nor a stream without one gets past it
 * @throws Problem 413 naming the limit, 400 when the client breaks off, 503 when the budget is spent, 408 when it is and this
 *   body comes slower than others
 */
export const withBody = async <T>(
  request: Request,
  limit: number,
  budget: Budget,
  use: (body: Uint8Array<ArrayBuffer>) => Promise<T>,
): Promise<T> => {
  const announced = Number(request.headers.get("content-length") ?? 0);
  if (announced > limit) throw tooLarge(`${announced} bytes are`, limit);
  const share = budget.open();
  try {
    return await use(await readAll(request, limit, share));
  } finally {
    share.close();
  }
};

const readAll = async (request: Request, limit: number, share: Share): Promise<Uint8Array<ArrayBuffer>> => {
  let arrived = () => {};
  const dropped = new Promise<never>((_, reject) => {
    arrived = share.arriving(reject);
  });
  // it may come when nobody waits for it: then the next `take` throws it
  dropped.catch(() => {});
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunksOf(request, dropped)) {
    length += chunk.length;
    if (length > limit) throw tooLarge(`more than ${limit} bytes were`, limit);
    share.take(chunk.length);
    chunks.push(chunk);
  }
  arrived();
  return concatenate(chunks);
};

const tooLarge = (sent: string, limit: number): Problem =>
  new Problem(413, `${sent} sent, at most ${limit} bytes are taken; send a smaller photo or reduce its size first`);

/** Leaving the loop early leaves the rest to the platform: cancelling would cut the connection before the answer is out. */
async function* chunksOf(request: Request, dropped: Promise<never>): AsyncGenerator<Uint8Array> {
  const reader = request.body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const read = reader.read().catch((cause: unknown) => {
        throw new Problem(400, "the body broke off before its end; send it again", { cause });
      });
      const { done, value } = await Promise.race([read, dropped]);
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}
