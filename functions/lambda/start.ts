/**
 * What a function that classifies does once, before its first request: everything from the environment, then the model,
 * while Lambda gives a starting function a full processor whatever its memory.
 */
import { fileURLToPath } from "node:url";
import { systemClock } from "../../shared/classifier/clock.ts";
import type { Engine } from "../../shared/engine/engine.ts";
import { codecs } from "../../shared/pixels/codecs-edge.ts";
import { openStore } from "../../shared/store/open.ts";
import { openAccess } from "../access/open.ts";
import { createApp } from "../app.ts";
import { readOrigins } from "../http/cors.ts";
import { describeError, type Log } from "../log.ts";
import { createModels, type Models } from "../models/cache.ts";
import { assetsInFolder } from "../page/assets/folder.ts";
import { lambdaSettings, readVariables } from "../settings.ts";
import { createS3Uploads } from "../uploads/s3.ts";
import { createAllowance } from "./allowance.ts";
import { lambdaLog, readEnvironment, type Variables } from "./environment.ts";
import { createHandler, type Handler } from "./handler.ts";
import { functionLimits } from "./limits.ts";

/** Lambda ends a start after 10 s and begins again, on the first request's time; what is not loaded by then loads there. */
const START_MS = 8_000;

/** @throws Error naming the variable that is missing or wrong */
export const startLambda = async (engine: Engine, variables: Variables = process.env): Promise<Handler> => {
  const environment = readEnvironment(variables);
  const { store, photos, memory } = environment;
  const log = lambdaLog(environment);
  const parts = {
    store: openStore(store),
    engine,
    codecs,
    limits: functionLimits(memory, engine.kind),
    settings: lambdaSettings(store, memory, readVariables(variables)),
    clock: systemClock,
    log,
    origins: readOrigins(variables.WHIPPET_CORS),
    uploads: photos === undefined ? undefined : createS3Uploads(photos),
  };
  const models = createModels(parts);
  await loadAhead(models, log);
  const feedbackStore = parts.settings.feedback && photos !== undefined ? openStore(photos) : undefined;
  const access = openAccess(parts);
  const assets = assetsInFolder(fileURLToPath(new URL("assets", import.meta.url)));
  const app = createApp({ ...parts, models, access, feedback: feedbackStore, assets });
  const answer = async (request: Request): Promise<Response> => {
    const response = await app.fetch(request);
    // afterwards the instance stands still, and may end
    await access?.flush();
    return response;
  };
  return createHandler(answer, log, createAllowance(systemClock));
};

/** Whatever fails here is tried again by the first request, which can say what is wrong. */
const loadAhead = async (models: Models, log: Log): Promise<void> => {
  const loaded = models
    .use(undefined, async () => {})
    .catch((error: unknown) => {
      log({ level: "warn", event: "model not loaded at start", error: describeError(error) });
    });
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, START_MS);
  });
  await Promise.race([loaded, enough]);
  clearTimeout(timer);
};
