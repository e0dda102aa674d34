import { describe, expect, it } from "vitest";
import { createListing } from "../../functions/models/listing.ts";
import { edgeSettings, nodeSettings } from "../../functions/settings.ts";
import { nodeLimits } from "../../shared/limits.ts";
import { createMemoryStore } from "../store/memory.ts";
import { publishFake } from "./publishing.ts";

/** A store that counts its listings, with time that stands until it is moved. */
const counted = async () => {
  const memory = createMemoryStore();
  await publishFake(memory, { name: "letters", logits: [1, 2] });
  const state = { at: 0, listings: 0, broken: false };
  const store: typeof memory = {
    ...memory,
    list: async (prefix) => {
      state.listings++;
      if (state.broken) throw new Error("out of reach");
      return memory.list(prefix);
    },
  };
  return { state, memory, parts: { store, clock: { now: () => state.at, measures: true } } };
};

describe("the list of models", () => {
  it("costs a bucket one listing a second, however many ask", async () => {
    const { state, memory, parts } = await counted();
    const listing = createListing({ ...parts, settings: edgeSettings({}) });
    await Promise.all([listing(), listing(), listing()]);
    state.at = 999;
    expect(await listing()).toMatchObject([{ name: "letters" }]);
    expect(state.listings).toBe(1);
    await publishFake(memory, { name: "more", logits: [1, 2] });
    state.at = 1_000;
    expect(await listing()).toHaveLength(2);
    expect(state.listings).toBe(2);
  });

  it("is looked up each time in a folder, which bills nothing", async () => {
    const { state, parts } = await counted();
    const listing = createListing({ ...parts, settings: nodeSettings("file:store", nodeLimits.request, 1, {}) });
    await listing();
    await listing();
    expect(state.listings).toBe(2);
  });

  it("does not hold on to a failure", async () => {
    const { state, parts } = await counted();
    const listing = createListing({ ...parts, settings: edgeSettings({}) });
    state.broken = true;
    await expect(listing()).rejects.toThrow("out of reach");
    state.broken = false;
    expect(await listing()).toHaveLength(1);
  });
});
