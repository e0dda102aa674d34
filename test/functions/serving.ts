/** An app over a store in memory, or another, the fake engine, and a clock that the test moves. */

import { createApp } from "../../functions/app.ts";
import type { AppParts } from "../../functions/app-parts.ts";
import type { LogEntry } from "../../functions/log.ts";
import { createModels } from "../../functions/models/cache.ts";
import type { Owner } from "../../functions/owner/owner.ts";
import { nodeSettings, type Settings } from "../../functions/settings.ts";
import type { Uploads } from "../../functions/uploads/uploads.ts";
import type { Clock } from "../../shared/classifier/clock.ts";
import { nodeLimits } from "../../shared/limits.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import { createMemoryStore } from "../store/memory.ts";
import { createFakeEngine } from "./fake-engine.ts";

export const serve = async (
  chosen: Partial<Settings> = {},
  owner?: Owner,
  uploads?: Uploads,
  {
    store = createMemoryStore(),
    ...more
  }: Partial<Pick<AppParts, "access" | "assets" | "feedback" | "metrics" | "origins" | "store">> = {},
) => {
  const time = { now: 1_800_000_000_000 };
  const clock: Clock = { now: () => time.now, measures: true };
  const engine = createFakeEngine();
  const logged: LogEntry[] = [];
  const parts = {
    store,
    engine,
    codecs: await loadCodecs(),
    limits: nodeLimits.photo,
    settings: { ...nodeSettings(store.url, nodeLimits.request, 1, {}), ...chosen },
    clock,
    log: (entry: LogEntry) => void logged.push(entry),
  };
  const models = createModels(parts);
  const app = createApp({ ...parts, ...more, models, owner, uploads });
  return { app, models, store, engine, logged, time, settings: parts.settings };
};

export const post = (body: BodyInit, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  body,
  headers,
});

/** Waits until `condition` holds. */
export const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
};
