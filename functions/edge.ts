/** The entry in a Cloudflare Worker: the R2 bucket bound as MODELS, the engine and decoders that wrangler compiled. */
import type { R2Bucket, RateLimit } from "@cloudflare/workers-types";
import { createWorkerdEngine } from "../shared/engine/workerd.ts";
import { codecs } from "../shared/pixels/codecs-edge.ts";
import { edgeLimits } from "../shared/pixels/limits.ts";
import { createR2Store } from "../shared/store/r2.ts";
import { openAccess } from "./access/open.ts";
import { createApp } from "./app.ts";
import { readFallback } from "./edge/fallback-url.ts";
import { createFindUnfit } from "./edge/fit.ts";
import { createPassOn } from "./edge/pass-on.ts";
import { createEdgeRate } from "./edge/rate.ts";
import { readOrigins } from "./http/cors.ts";
import { jsonLog } from "./log.ts";
import { createModels } from "./models/cache.ts";
import { readToken } from "./owner/token.ts";
import { edgeSettings, readVariables } from "./settings.ts";

/** What wrangler.toml binds. */
export interface Environment {
  MODELS: R2Bucket;
  RATE: RateLimit;
  WHIPPET_MODEL?: string;
  /** `key`: photos are classified only for who has a key. */
  WHIPPET_ACCESS?: string;
  /** A server that runs the models which do not fit here, such as the Lambda's URL. */
  WHIPPET_FALLBACK_URL?: string;
  /** Origins whose pages may call, separated by commas, or `*`. */
  WHIPPET_CORS?: string;
  /** A secret; with it the owner's routes are there: promotion and rollback. */
  WHIPPET_TOKEN?: string;
}

/** Time stands still during computation here, lest code measure its neighbours. */
const clock = { now: () => Date.now(), measures: false };

const build = (environment: Environment) => {
  const parts = {
    store: createR2Store(environment.MODELS, "MODELS"),
    engine: createWorkerdEngine(),
    codecs,
    limits: edgeLimits,
    settings: edgeSettings(readVariables({ ...environment })),
    clock,
    log: jsonLog(console.log),
  };
  const token = readToken(environment.WHIPPET_TOKEN);
  const fallback = readFallback(environment.WHIPPET_FALLBACK_URL);
  return createApp({
    ...parts,
    models: createModels(parts),
    owner: token === undefined ? undefined : { token },
    origins: readOrigins(environment.WHIPPET_CORS),
    access: openAccess(parts),
    rate: createEdgeRate(environment.RATE),
    passOn: createPassOn({ findUnfit: createFindUnfit(parts), fallback }),
  });
};

/** One per isolate, since requests share its models. */
let app: ReturnType<typeof build> | undefined;

export default {
  fetch(request: Request, environment: Environment, context: { waitUntil(work: Promise<unknown>): void }) {
    app ??= build(environment);
    const response = Promise.resolve(app.fetch(request));
    // A request whose client left is cancelled where it stands. Others may wait for the model that it was loading, or for
    // its turn, so it is kept until it is done.
    context.waitUntil(response);
    return response;
  },
};
