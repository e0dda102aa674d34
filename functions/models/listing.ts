/** What is published, as everyone may ask: a bucket bills every listing, so an answer is given again for a moment. */
import { type ListedModel, listModels } from "../../shared/registry.ts";
import type { ModelParts } from "./parts.ts";

/** Milliseconds; a folder is asked each time. */
export const LISTING_HELD = 1_000;

export type Listing = () => Promise<ListedModel[]>;

/** One listing serves all who ask while it is under way, and for a moment after. A failed one is not held. */
export const createListing = ({
  store,
  settings,
  clock,
}: Pick<ModelParts, "store" | "settings" | "clock">): Listing => {
  const held = settings.refresh < LISTING_HELD ? 0 : LISTING_HELD;
  let last: { until: number; models: Promise<ListedModel[]> } | undefined;
  return () => {
    if (last === undefined || clock.now() >= last.until) {
      const models = listModels(store);
      last = { until: clock.now() + held, models };
      models.catch(() => {
        last = undefined;
      });
    }
    return last.models;
  };
};
