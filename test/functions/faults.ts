/** A server whose store is damaged, refuses or hangs, and what it says and answers then. */
import { expect } from "vitest";
import type { Store } from "../../shared/store/store.ts";
import { draw } from "../drawing.ts";
import { createMemoryStore } from "../store/memory.ts";
import { post, serve } from "./serving.ts";

export const jpeg = new Uint8Array(await draw("stars", 2).jpeg().toBuffer());
/** Room for one version, and no timer. */
export const edge = { refreshOnRequest: true, releaseFirst: true, refresh: 30_000, models: 1 };

export const platforms = [
  ["on Node", {}],
  ["at the edge", edge],
] as const;

export const serving = async (settings = {}, store: Store = createMemoryStore()) => {
  const server = await serve(settings, undefined, undefined, { store });
  const ask = async (path = "/classify") => {
    const response = await server.app.request(path, post(jpeg));
    const { version, detail } = (await response.json()) as { version?: string; detail?: string };
    return version ?? `${response.status} ${detail}`;
  };
  const ready = async () =>
    (await (await server.app.request("/readyz")).json()) as { version?: string; warnings?: string[] };
  /** As a server does now and then, by a timer or at a request. */
  const later = async () => {
    server.time.now += 60_000;
    await server.models.refresh();
  };
  const said = () => server.logged.filter(({ level }) => level === "error").map(({ error }) => String(error));
  /** From now on reads fail so, and what takes too long is known to soon. @returns what ends it */
  const fail = (get: Store["get"], list: Store["list"] = store.list): (() => void) => {
    const whole = { get: store.get, list: store.list };
    const { storeTime, loadTime } = server.settings;
    Object.assign(store, { get, list });
    Object.assign(server.settings, { storeTime: 50, loadTime: 50 });
    return () => {
      Object.assign(store, whole);
      Object.assign(server.settings, { storeTime, loadTime });
    };
  };
  return { ...server, ask, ready, later, said, fail };
};

export type Change = (bytes: Uint8Array) => Uint8Array | undefined;
export const flipped: Change = (bytes) => bytes.with(0, bytes[0]! ^ 1);
export const cut: Change = (bytes) => bytes.subarray(0, bytes.length / 2);
export const missing: Change = () => undefined;
export const rewritten =
  (change: (json: string) => string): Change =>
  (bytes) =>
    new TextEncoder().encode(change(new TextDecoder().decode(bytes)));
/** @returns what undoes it */
export const damage = async (store: Store, key: string, change: Change = flipped): Promise<() => Promise<unknown>> => {
  const { bytes } = (await store.get(key))!;
  const changed = change(bytes);
  expect(changed).not.toEqual(bytes);
  if (changed) await store.put(key, changed);
  else await store.remove([key]);
  return () => store.put(key, bytes);
};

export const storeFaults: [how: string, get: () => Promise<never>, reason: string][] = [
  ["refuses", () => Promise.reject(new Error("connect ECONNREFUSED 10.0.0.1:443")), "ECONNREFUSED"],
  ["never answers", () => new Promise(() => {}), "took longer than 0.05 s"],
];
