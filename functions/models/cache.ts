/** The models that answer: loaded at their first use, the least recently used one let go where too many are loaded. */

import { Problem } from "../../shared/problem.ts";
import { readPointer } from "../../shared/registry.ts";
import { describeError } from "../log.ts";
import { type Canary, createCanary } from "./canary.ts";
import { createDefaultModel } from "./default-model.ts";
import { inTime } from "./in-time.ts";
import type { ModelParts } from "./parts.ts";
import type { RunningModel } from "./running.ts";
import { notPublished } from "./slot.ts";
import { unreadable } from "./trouble.ts";

export interface Models {
  /**
   * Runs `task` with a model, which stays loaded until the task is done, whatever is promoted meanwhile.
   *
   * @param name the default model where undefined
   * @param draw below a candidate's share it is the candidate that answers; see draw.ts
   * @throws Problem 404 when there is no such model, 503 when none is published or it cannot be loaded
   */
  use<T>(name: string | undefined, task: (model: RunningModel) => Promise<T>, draw?: number): Promise<T>;
  /** Whether a model of this name is published and was used lately. */
  isLoaded(name: string | undefined): boolean;
  /** The name of the model that answers where none is named; undefined also where that cannot be found out now. */
  defaultName(): Promise<string | undefined>;
  /** Looks for promotions of the loaded models and for another default. Requests do not wait for it. */
  refresh(): Promise<void>;
  /** What is wrong with the store or with a version, though another may answer. */
  warnings(): string[];
  /** Lets every model go after its last request. */
  close(): Promise<void>;
}

export const createModels = (parts: ModelParts): Models => {
  const { store, settings, log } = parts;
  const slots = new Map<string, Canary>();
  const defaultModel = createDefaultModel(parts);

  const isPublished = async (name: string): Promise<boolean> => {
    try {
      const reading = readPointer(store, name);
      return (await inTime(reading, settings.storeTime, `reading ${name}'s pointer from ${store.url}`)) !== undefined;
    } catch (error) {
      if (error instanceof Problem) throw error;
      // the name is whoever's who asks: it gets no line that says when it is well again
      log({ level: "error", event: "store not readable", model: name, error: describeError(error) });
      throw unreadable(error, store.url);
    }
  };

  const slotOf = async (name: string): Promise<Canary> => {
    // a name that was never published must not push out a model that is in use
    if (!slots.has(name) && !(await isPublished(name))) throw notPublished(name, store.url);
    const slot = slots.get(name) ?? createCanary(name, parts);
    // a Map keeps the order of insertion: the first is the least recently used
    slots.delete(name);
    slots.set(name, slot);
    for (const [oldest, unused] of slots) {
      if (slots.size <= settings.models) break;
      slots.delete(oldest);
      const closed = unused.close();
      if (settings.releaseFirst) await closed;
    }
    return slot;
  };

  return {
    async use(name, task, draw = 1) {
      const wanted = name ?? (await defaultModel.require());
      for (;;) {
        const held = await (await slotOf(wanted)).hold(draw);
        // a slot that was let go between the two steps holds nothing: take a new one
        if (!held) continue;
        try {
          return await task(held.model);
        } finally {
          held.release();
        }
      }
    },
    isLoaded: (name) => name !== undefined && slots.has(name),
    defaultName: () => defaultModel.find().catch(() => undefined),
    async refresh() {
      await Promise.all([defaultModel.refresh(), ...[...slots.values()].map((slot) => slot.refresh())]);
    },
    warnings: () => [
      ...new Set([defaultModel.warning() ?? [], ...[...slots.values()].map((slot) => slot.warnings())].flat()),
    ],
    async close() {
      const open = [...slots.values()];
      slots.clear();
      await Promise.all(open.map((slot) => slot.close()));
    },
  };
};
