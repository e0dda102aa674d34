/**
 * The store as routes read it that answer with what it holds: where it fails or hangs, the log has what it said, and who
 * asks hears 503 and nothing of it.
 */
import { Problem } from "../../shared/problem.ts";
import type { Store, StoredObject } from "../../shared/store/store.ts";
import { describeError } from "../log.ts";
import { inTime } from "./in-time.ts";
import type { ModelParts } from "./parts.ts";
import { unreadable } from "./trouble.ts";

export const forReaders = ({ store, settings, log }: Pick<ModelParts, "store" | "settings" | "log">): Store => {
  const attempt = async <T>(reading: Promise<T>, what: string): Promise<T> => {
    try {
      return await inTime(reading, settings.loadTime, `reading ${what} from ${store.url}`);
    } catch (error) {
      if (error instanceof Problem) throw error;
      log({ level: "error", event: "store not readable", error: describeError(error) });
      throw unreadable(error, store.url);
    }
  };

  function get(key: string): Promise<StoredObject | undefined>;
  function get(key: string, known: string | undefined): Promise<StoredObject | "unchanged" | undefined>;
  function get(key: string, known?: string): Promise<StoredObject | "unchanged" | undefined> {
    return attempt(store.get(key, known), key);
  }

  const getPart: Store["getPart"] = (key, start, end) => attempt(store.getPart(key, start, end), `a part of ${key}`);

  return { ...store, get, getPart, list: (prefix) => attempt(store.list(prefix), `the list of ${prefix}`) };
};
