/**
 * One model by name, following its pointer: the version that answers, the swap to a promoted one, and what happens when
 * that one is damaged (it is refused and said aloud, the one before goes on answering, and it is tried again later).
 */
import type { Pointer } from "../../shared/manifest.ts";
import { Problem } from "../../shared/problem.ts";
import { type ReadPointer, readPointer } from "../../shared/registry/read.ts";
import { describeError } from "../log.ts";
import { type Choose, theCandidate } from "./draw.ts";
import { inTime } from "./in-time.ts";
import type { ModelParts } from "./parts.ts";
import { loadHere, type RunningModel, readVersion, startModel } from "./running.ts";
import { type Shared, share } from "./shared.ts";
import { createTrouble, unreadable } from "./trouble.ts";

export interface Held {
  model: RunningModel;
  release(): void;
}

export interface ModelSlot {
  /**
   * The model, until `release` is called; undefined once the slot is closed, or has nothing to follow.
   * @throws Problem 404 when the model is not published any more, 503 when no version of it can be loaded
   */
  hold(): Promise<Held | undefined>;
  /** That the pointer names, as it was read last. */
  candidate(): Pointer["candidate"];
  /** What is wrong, though something may answer. */
  warning(): string | undefined;
  /** Follows the pointer, if it moved. A store or a version that cannot be read is logged. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** After a refused version: a second, then twice as long each time, up to five minutes. */
const FIRST_RETRY = 1000;
const LAST_RETRY = 5 * 60_000;

export const notPublished = (name: string, storeUrl: string): Problem =>
  new Problem(404, `there is no model ${name} in ${storeUrl}; GET /models lists those that are published`);

/** @param choose which of the pointer's versions it follows */
export const createModelSlot = (name: string, parts: ModelParts, choose: Choose): ModelSlot => {
  const { store, settings, clock, log } = parts;
  const trouble = createTrouble(parts, name);
  const load = parts.threads?.load ?? loadHere(parts);
  let current: Shared<RunningModel> | undefined;
  let pointer: ReadPointer | undefined;
  let refused: { version: string; reason: string; delay: number; retryAt: number } | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;
  let closed = false;

  const start = async (version: string) => {
    const reading = readVersion(parts, name, version);
    const verified = await inTime(reading, settings.loadTime, `reading ${name} ${version} from ${store.url}`);
    if (settings.releaseFirst && current) {
      const old = current;
      current = undefined;
      await old.retire();
    }
    const model = await startModel(load, verified);
    const old = current;
    current = share(model, () => model.dispose());
    log({
      level: "info",
      event: "model loaded",
      model: name,
      version,
      file: verified.file.path,
      engine: parts.engine.name,
    });
    if (old) void retire(old);
  };

  const retire = (old: Shared<RunningModel>): Promise<void> =>
    old.retire().catch((error: unknown) => {
      log({ level: "error", event: "model not released", model: name, error: describeError(error) });
    });

  const refuse = (version: string, error: unknown) => {
    const delay = refused?.version === version ? Math.min(refused.delay * 2, LAST_RETRY) : FIRST_RETRY;
    const reason = error instanceof Error ? error.message : String(error);
    refused = { version, reason, delay, retryAt: clock.now() + delay };
    log({ level: "error", event: "model refused", model: name, version, retryMs: delay, error: describeError(error) });
  };

  /** Tries `version`; where it is refused and nothing answers any more, the first of `fallbacks` that can. */
  const change = async (version: string, fallbacks: readonly (string | undefined)[]) => {
    try {
      await start(version);
      refused = undefined;
    } catch (error) {
      refuse(version, error);
      for (const fallback of new Set(fallbacks)) {
        if (current) return;
        if (fallback === undefined || fallback === version) continue;
        await start(fallback).catch((cause: unknown) => {
          log({ level: "error", event: "model refused", model: name, version: fallback, error: describeError(cause) });
        });
      }
    }
  };

  const readPointerInTime = async () => {
    try {
      const reading = readPointer(store, name, pointer?.etag);
      const found = await inTime(reading, settings.storeTime, `reading ${name}'s pointer from ${store.url}`);
      trouble.ended();
      return found;
    } catch (error) {
      trouble.began(error);
      throw unreadable(error, store.url);
    }
  };

  const look = async () => {
    lookedAt = clock.now();
    const found = await readPointerInTime();
    if (found !== "unchanged") pointer = found;
    const version = pointer && choose(pointer.pointer);
    if (!pointer || version === undefined) {
      const old = current;
      current = undefined;
      refused = undefined;
      if (old) void retire(old);
      return;
    }
    const answering = current?.value.manifest.version;
    if (answering === version) {
      refused = undefined;
      return;
    }
    if (refused?.version === version && clock.now() < refused.retryAt) return;
    await change(
      version,
      choose === theCandidate ? [] : [answering, pointer.pointer.version, pointer.pointer.previous],
    );
  };

  const refresh = (): Promise<void> => {
    if (closed) return Promise.resolve();
    // on a Worker a look ends with the request that began it, wherever it was
    if (clock.now() - lookedAt >= settings.storeTime + settings.loadTime) looking = undefined;
    if (looking) return looking;
    const mine = look().finally(() => {
      if (looking === mine) looking = undefined;
    });
    looking = mine;
    return mine;
  };

  const notLoaded = (): Problem => {
    const { version, reason, retryAt } = refused!;
    const retryAfter = Math.max(1, Math.ceil((retryAt - clock.now()) / 1000));
    return new Problem(503, `model ${name} ${version} cannot be loaded: ${reason}`, { retryAfter });
  };

  /** What went wrong has been said. */
  const refreshQuietly = (): Promise<void> => refresh().catch(() => {});

  return {
    warning: () => trouble.warning() ?? (refused && `${name} ${refused.version} is not loaded: ${refused.reason}`),
    refresh: refreshQuietly,
    async hold() {
      const stale = settings.refreshOnRequest && clock.now() - lookedAt >= settings.refresh;
      if (!current) await refresh();
      // what answers goes on answering while the store cannot be read
      else if (stale) await refreshQuietly();
      if (closed) return undefined;
      if (!pointer) throw notPublished(name, store.url);
      if (!current && !refused) return undefined;
      if (!current) throw notLoaded();
      return { model: current.value, release: current.hold() };
    },
    candidate: () => pointer?.pointer.candidate,
    async close() {
      closed = true;
      await looking?.catch(() => {});
      const old = current;
      current = undefined;
      if (old) await retire(old);
    },
  };
};
