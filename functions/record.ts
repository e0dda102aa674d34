/** What classifying photos leaves behind: the request's line in the log, `Server-Timing`, and metrics. Never the photo. */
import type { Context } from "hono";
import { Problem } from "../shared/problem.ts";
import { type Classified, serverTiming } from "./classify.ts";
import type { Variables } from "./http/requests.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { Models } from "./models/cache.ts";

export interface Recording {
  metrics?: Metrics | undefined;
  /** A request may name any model; of those that are not loaded nothing is counted by name. */
  models: Pick<Models, "isLoaded">;
}

/** @param asked the model that the request named */
export const recordClassified = async (
  c: Context<{ Variables: Variables }>,
  { photos, asked }: { photos: readonly Uint8Array[]; asked: string | undefined },
  { metrics, models }: Recording,
  classifying: Promise<Classified>,
): Promise<Classified> => {
  const about = { photos: photos.length, bytes: photos.reduce((sum, photo) => sum + photo.length, 0) };
  c.set("about", about);
  const classified = await classifying.catch((error: unknown) => {
    if (error instanceof Problem) metrics?.refused(models.isLoaded(asked) ? asked : undefined, error.status);
    throw error;
  });
  const { manifest, results, timings } = classified;
  const { name, version } = manifest;
  c.set("about", { ...about, model: name, version, ...rounded(timings) });
  c.header("whippet-version", version);
  if (timings) c.header("server-timing", serverTiming(timings));
  for (const result of results)
    if ("problem" in result) metrics?.refused(name, result.problem.status);
    else metrics?.answered({ model: name, version }, result.predictions[0]!.label, result.unknown);
  return classified;
};

/** Milliseconds of each stage, to a tenth. */
const rounded = (timings: Classified["timings"]): Record<string, number> =>
  Object.fromEntries(Object.entries(timings ?? {}).map(([stage, ms]) => [`${stage}Ms`, Math.round(ms * 10) / 10]));
