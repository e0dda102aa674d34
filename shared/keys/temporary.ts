/** A key for as long as something takes: a deploy asks what it deployed. */
import type { Store } from "../store/store.ts";
import { keyObject } from "./key.ts";
import { createKey } from "./keys.ts";
import { usageOf } from "./usage.ts";

/** More than a model's probes. */
const QUOTA = 1000;

/** @param name says in `whippet keys list` what it is for, should its end never come */
export const withTemporaryKey = async <Result>(
  { store, clock, name }: { store: Store; clock: { now(): number }; name: string },
  use: (key: string) => Promise<Result>,
): Promise<Result> => {
  const { key, hash } = await createKey(store, { name, quota: QUOTA }, clock);
  try {
    return await use(key);
  } finally {
    const counts = await store.list(usageOf(hash));
    await store.remove([keyObject(hash), ...counts.map(({ key: object }) => object)]);
  }
};
