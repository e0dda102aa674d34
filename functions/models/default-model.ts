/** Which model answers where a request names none: the configured one, else the one that was promoted last. */
import { Problem } from "../../shared/problem.ts";
import { latestModel } from "../../shared/registry.ts";
import { describeError } from "../log.ts";
import type { ModelParts } from "./parts.ts";

export interface DefaultModel {
  /** Undefined while nothing is published. */
  find(): Promise<string | undefined>;
  /** @throws Problem 503 when nothing is published */
  require(): Promise<string>;
  /** Looks again, now. A store that cannot be read is logged. */
  refresh(): Promise<void>;
}

export const createDefaultModel = ({
  store,
  settings,
  clock,
  log,
}: Pick<ModelParts, "store" | "settings" | "clock" | "log">): DefaultModel => {
  let found = settings.model;
  let foundAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  const look = async () => {
    foundAt = clock.now();
    found = await latestModel(store);
  };
  const refresh = (): Promise<void> => {
    if (settings.model !== undefined) return Promise.resolve();
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const logUnreadable = (error: unknown) =>
    log({ level: "error", event: "store not readable", error: describeError(error) });

  const find = async () => {
    const stale = settings.refreshOnRequest && clock.now() - foundAt >= settings.refresh;
    // while nothing is published every request looks: someone waits for the first model
    if (found === undefined) await refresh();
    else if (stale) await refresh().catch(logUnreadable);
    return found;
  };

  return {
    find,
    refresh: () => refresh().catch(logUnreadable),
    async require() {
      const name = await find();
      if (name !== undefined) return name;
      throw new Problem(503, `nothing is published in ${store.url} yet; train a model: npx whippet train <photos>`, {
        retryAfter: 10,
      });
    },
  };
};
