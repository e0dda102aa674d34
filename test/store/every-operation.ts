/** One small object through every operation of a store. */
import { expect } from "vitest";
import type { Store } from "../../shared/store/store.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

export const putTwiceReadListRemove = async (store: Store): Promise<void> => {
  const { etag } = await store.put("pointer", bytes("one"), { only: "absent" });
  await store.put("pointer", bytes("two"), { only: { etag } });
  expect(new TextDecoder().decode((await store.get("pointer"))!.bytes)).toBe("two");
  expect(await store.list("")).toHaveLength(1);
  await store.remove(["pointer"]);
};
