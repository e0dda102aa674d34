/** Carries API keys to another store, so that one key opens the Lambda and the Worker. What each counts stays its own. */
import type { Store } from "../store/store.ts";
import { addKey, listKeys, revokeKey } from "./keys.ts";

export interface CopiedKeys {
  /** Were not there. */
  added: number;
  /** Were good there until now. */
  revoked: number;
}

/** What is revoked in `to` stays revoked. */
export const copyKeys = async (from: Store, to: Store): Promise<CopiedKeys> => {
  const there = new Map((await listKeys(to)).map((key) => [key.hash, key]));
  const copied: CopiedKeys = { added: 0, revoked: 0 };
  for (const { hash, ...key } of await listKeys(from)) {
    const { revoked } = key;
    const before = there.get(hash);
    if (before === undefined) {
      await addKey(to, hash, key);
      copied.added++;
    } else if (revoked !== undefined && before.revoked === undefined) {
      await revokeKey(to, hash, { now: () => Date.parse(revoked) });
      copied.revoked++;
    }
  }
  return copied;
};
