/** The store as feedback is kept in it: where it fails, the log has what it said, and who sent the photo hears 503 and nothing of it. */
import { Problem } from "../../shared/problem.ts";
import type { Store } from "../../shared/store/store.ts";
import { describeError, type Log } from "../log.ts";

export type Keeping = Pick<Store, "list" | "put">;

export const createKeeping = (store: Keeping, log: Log): Keeping => {
  const attempt = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (cause) {
      log({ level: "error", event: "feedback store failed", error: describeError(cause) });
      throw new Problem(503, "the photo cannot be kept just now; send it again later", { retryAfter: 5, cause });
    }
  };
  return {
    list: (prefix) => attempt(store.list(prefix)),
    put: (...object) => attempt(store.put(...object)),
  };
};
