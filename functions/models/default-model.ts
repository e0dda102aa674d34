/** Which model answers where a request names none: the configured one, else the one that was promoted last. */
import { Problem } from "../../shared/problem.ts";
import { latestModel } from "../../shared/registry.ts";
import { inTime } from "./in-time.ts";
import type { ModelParts } from "./parts.ts";
import { createTrouble, unreadable } from "./trouble.ts";

export interface DefaultModel {
  /** Undefined while nothing is published. */
  find(): Promise<string | undefined>;
  /** @throws Problem 503 when nothing is published */
  require(): Promise<string>;
  /** What is wrong, though an answer may be known. */
  warning(): string | undefined;
  /** Looks again, now. A store that cannot be read is logged. */
  refresh(): Promise<void>;
}

export const createDefaultModel = (parts: Pick<ModelParts, "store" | "settings" | "clock" | "log">): DefaultModel => {
  const { store, settings, clock } = parts;
  const trouble = createTrouble(parts);
  let found = settings.model;
  let foundAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  const look = async () => {
    foundAt = clock.now();
    try {
      found = await inTime(latestModel(store), settings.storeTime, `listing the models in ${store.url}`);
      trouble.ended();
    } catch (error) {
      trouble.began(error);
      throw unreadable(error, store.url);
    }
  };
  const refresh = (): Promise<void> => {
    if (settings.model !== undefined) return Promise.resolve();
    // on a Worker a look ends with the request that began it, wherever it was
    if (clock.now() - foundAt >= settings.storeTime) looking = undefined;
    if (looking) return looking;
    const mine = look().finally(() => {
      if (looking === mine) looking = undefined;
    });
    looking = mine;
    return mine;
  };
  /** What went wrong has been said. */
  const refreshQuietly = (): Promise<void> => refresh().catch(() => {});

  const find = async () => {
    const stale = settings.refreshOnRequest && clock.now() - foundAt >= settings.refresh;
    // while nothing is published every request looks: someone waits for the first model
    if (found === undefined) await refresh();
    else if (stale) await refreshQuietly();
    return found;
  };

  return {
    find,
    warning: trouble.warning,
    refresh: refreshQuietly,
    async require() {
      const name = await find();
      if (name !== undefined) return name;
      throw new Problem(503, `nothing is published in ${store.url} yet; train a model: npx whippet train <photos>`, {
        retryAfter: 10,
      });
    },
  };
};
