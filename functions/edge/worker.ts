/** Whippet in a Cloudflare Worker: the R2 bucket bound as MODELS, the decoders that wrangler compiled, an entry's engine. */
import type { R2Bucket, RateLimit } from "@cloudflare/workers-types";
import type { Engine } from "../../shared/engine/engine.ts";
import { edgeLimits } from "../../shared/limits.ts";
import { codecs } from "../../shared/pixels/codecs-edge.ts";
import { createR2Store } from "../../shared/store/r2.ts";
import { openAccess } from "../access/open.ts";
import { createApp } from "../app.ts";
import { readOrigins } from "../http/cors.ts";
import { jsonLog } from "../log.ts";
import { createModels } from "../models/cache.ts";
import { readToken } from "../owner/token.ts";
import { edgeSettings, readVariables } from "../settings.ts";
import { readFallback } from "./fallback-url.ts";
import { createFindUnfit } from "./fit.ts";
import { createPassOn } from "./pass-on.ts";
import { createEdgeRate } from "./rate.ts";

/** What wrangler.toml binds. */
export interface Environment {
  MODELS: R2Bucket;
  RATE: RateLimit;
  READS: RateLimit;
  WHIPPET_MODEL?: string;
  /** `key`: photos are classified only for who has a key. */
  WHIPPET_ACCESS?: string;
  /** A server that runs the models which do not fit here, such as the Lambda's URL. */
  WHIPPET_FALLBACK_URL?: string;
  /** `1`: photos are kept that someone puts right. */
  WHIPPET_FEEDBACK?: string;
  /** Seconds between two looks for a promotion. */
  WHIPPET_REFRESH?: string;
  /** Origins whose pages may call, separated by commas, or `*`. */
  WHIPPET_CORS?: string;
  /** A secret; the fallback has the same, and so knows this Worker where it answers to keys alone. */
  WHIPPET_FALLBACK_TOKEN?: string;
  /** A secret; with it the owner's routes are there: promotion and rollback. */
  WHIPPET_TOKEN?: string;
}

/** Time stands still during computation here, lest code measure its neighbours. */
const clock = { now: () => Date.now(), measures: false };

/** What an entry is built with. */
export interface WorkerEngine {
  /** Called at the first request. */
  createEngine(): Engine;
  /** Whether it runs ONNX files as well as plans. */
  onnx: boolean;
}

const build = (environment: Environment, { createEngine, onnx }: WorkerEngine) => {
  const parts = {
    store: createR2Store(environment.MODELS, "MODELS"),
    engine: createEngine(),
    codecs,
    limits: edgeLimits.photo,
    settings: edgeSettings(readVariables({ ...environment })),
    clock,
    log: jsonLog(console.log),
  };
  const token = readToken(environment.WHIPPET_TOKEN);
  const fallback = readFallback(environment.WHIPPET_FALLBACK_URL);
  const access = openAccess(parts);
  const app = createApp({
    ...parts,
    models: createModels(parts),
    owner: token === undefined ? undefined : { token },
    origins: readOrigins(environment.WHIPPET_CORS),
    access,
    feedback: parts.settings.feedback ? parts.store : undefined,
    rate: createEdgeRate({ work: environment.RATE, reading: environment.READS }),
    // wrangler.toml's [assets] answers for them
    assets: "platform",
    passOn: createPassOn({
      findUnfit: createFindUnfit(parts, { onnx }),
      fallback,
      token: parts.settings.fallbackToken,
    }),
  });
  return { app, access };
};

/** @returns the Worker's default export. One app per isolate, since requests share its models. */
export const createWorker = (engine: WorkerEngine) => {
  let built: ReturnType<typeof build> | undefined;
  return {
    fetch(request: Request, environment: Environment, context: { waitUntil(work: Promise<unknown>): void }) {
      const { app, access } = (built ??= build(environment, engine));
      const response = Promise.resolve(app.fetch(request));
      // A request whose client left is cancelled where it stands. Others may wait for the model that it was loading, or
      // for its turn, so it is kept until it is done, and until
      // it is counted: the isolate may be gone before the next request.
      context.waitUntil(response.then(() => access?.settle()));
      return response;
    },
  };
};
