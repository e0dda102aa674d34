/** Which models a Worker cannot run, by what the manifest of the version that answers now says of itself. */
import { isPlanFile } from "../../shared/engine/lean/is-plan.ts";
import type { Manifest } from "../../shared/manifest.ts";
import { readManifest, readPointer } from "../../shared/registry.ts";
import { describeError } from "../log.ts";
import { inTime } from "../models/in-time.ts";
import type { ModelParts } from "../models/parts.ts";

export interface Unfit {
  version: string;
  /** What speaks against it, as the end of a sentence that begins with the model, and what to do about it. */
  reason: string;
  fix: string;
}

/** @returns undefined for a model that fits, and for one that is not published */
export type FindUnfit = (name: string) => Promise<Unfit | undefined>;

interface Seen {
  at: number;
  etag: string;
  unfit: Unfit | undefined;
}

const unfitness = ({ version, limits: { edge }, serve }: Manifest, onnx: boolean): Unfit | undefined => {
  if (!edge.fits)
    return {
      version,
      reason: `needs about ${edge.peakMb} MB and ${edge.startupMs + edge.cpuMs} ms of a Worker, too much`,
      fix: "train it on a smaller backbone",
    };
  if (onnx || isPlanFile(serve.web)) return undefined;
  return {
    version,
    reason: `has no plan, and this Worker is built without onnxruntime-web, which would run its ${serve.web}`,
    fix: "deploy functions/edge-onnx.ts as the Worker, as npm run deploy:edge does where a model needs it",
  };
};

/** Looks at a model's pointer as often as the model itself follows it; a store that cannot be read is logged. @param onnx whether ONNX files run here */
export const createFindUnfit = (
  { store, settings, clock, log }: Pick<ModelParts, "store" | "settings" | "clock" | "log">,
  { onnx }: { onnx: boolean },
): FindUnfit => {
  const seen = new Map<string, Seen>();

  const look = async (name: string): Promise<Seen | undefined> => {
    const before = seen.get(name);
    const at = clock.now();
    const reading = readPointer(store, name, before?.etag);
    const found = await inTime(reading, settings.storeTime, `reading ${name}'s pointer from ${store.url}`);
    if (found === undefined) return undefined;
    if (found === "unchanged") return { ...before!, at };
    const { version } = found.pointer;
    return { at, etag: found.etag, unfit: unfitness(await readManifest(store, name, version), onnx) };
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
      if (known) seen.set(name, { ...known, at: clock.now() });
      return known?.unfit;
    }
  };
};
