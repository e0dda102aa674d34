/** Which models do not fit into a Worker, by what the manifest of the version that answers now says of itself. */
import type { Manifest } from "../../shared/manifest.ts";
import { readManifest, readPointer } from "../../shared/registry.ts";
import { describeError } from "../log.ts";
import type { ModelParts } from "../models/parts.ts";

export interface Unfit {
  version: string;
  edge: Manifest["limits"]["edge"];
}

/** @returns undefined for a model that fits, and for one that is not published */
export type FindUnfit = (name: string) => Promise<Unfit | undefined>;

interface Seen {
  at: number;
  etag: string;
  unfit: Unfit | undefined;
}

/** Looks at a model's pointer as often as the model itself follows it; a store that cannot be read is logged. */
export const createFindUnfit = ({
  store,
  settings,
  clock,
  log,
}: Pick<ModelParts, "store" | "settings" | "clock" | "log">): FindUnfit => {
  const seen = new Map<string, Seen>();

  const look = async (name: string): Promise<Seen | undefined> => {
    const before = seen.get(name);
    const at = clock.now();
    const found = await readPointer(store, name, before?.etag);
    if (found === undefined) return undefined;
    if (found === "unchanged") return { ...before!, at };
    const { version } = found.pointer;
    const { edge } = (await readManifest(store, name, version)).limits;
    return { at, etag: found.etag, unfit: edge.fits ? undefined : { version, edge } };
  };

  return async (name) => {
    const known = seen.get(name);
    if (known && clock.now() - known.at < settings.refresh) return known.unfit;
    try {
      const now = await look(name);
      if (now) seen.set(name, now);
      else seen.delete(name);
      return now?.unfit;
    } catch (error) {
      // The model's own look at the store decides what is answered then
      log({ level: "error", event: "store not readable", model: name, error: describeError(error) });
      return known?.unfit;
    }
  };
};
