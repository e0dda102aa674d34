/**
 * Models' files that were loaded before. They have a store of their own, since what browsers keep of answers ends at some
 * megabytes, and parts of a file they do not keep at all.
 */

const NAME = "whippet-models";

/** Where a browser lets nothing be kept, a model is loaded each time. */
const open = (): Promise<Cache | undefined> => caches.open(NAME).catch(() => undefined);

export const keptFile = async (url: string): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  const response = await (await open())?.match(url);
  return response && new Uint8Array(await response.arrayBuffer());
};

/** Keeps one version's file of a model, and lets other versions go. */
export const keepFile = async (model: string, url: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
  const cache = await open();
  const before = (await cache?.keys()) ?? [];
  const others = before.filter((request) => new URL(request.url).pathname.startsWith(`/models/${model}/`));
  await Promise.all(others.map((request) => cache?.delete(request)));
  // a full disk refuses it
  await cache?.put(url, new Response(bytes)).catch(() => {});
};
