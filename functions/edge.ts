/** The entry in a Cloudflare Worker: the R2 bucket bound as MODELS, the engine and decoders that wrangler compiled. */
import type { R2Bucket } from "@cloudflare/workers-types";
import { createWorkerdEngine } from "../shared/engine/workerd.ts";
import { codecs } from "../shared/pixels/codecs-edge.ts";
import { edgeLimits } from "../shared/pixels/limits.ts";
import { createR2Store } from "../shared/store/r2.ts";
import { createApp } from "./app.ts";
import { jsonLog } from "./log.ts";
import { createModels } from "./models/cache.ts";
import { readToken } from "./owner/token.ts";
import { edgeSettings, readVariables } from "./settings.ts";

/** What wrangler.toml binds. */
export interface Environment {
  MODELS: R2Bucket;
  WHIPPET_MODEL?: string;
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
    settings: edgeSettings(readVariables({ WHIPPET_MODEL: environment.WHIPPET_MODEL })),
    clock,
    log: jsonLog(console.log),
  };
  const token = readToken(environment.WHIPPET_TOKEN);
  return createApp({ ...parts, models: createModels(parts), owner: token === undefined ? undefined : { token } });
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
