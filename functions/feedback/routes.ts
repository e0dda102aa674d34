/** `POST /models/:name/feedback`, mounted where feedback is on. */
import type { Hono, MiddlewareHandler } from "hono";
import type { Manifest } from "../../shared/manifest.ts";
import type { Store } from "../../shared/store/store.ts";
import type { Budget } from "../body/budget.ts";
import { formIn, MULTIPART_OVERHEAD, onePhoto } from "../body/photos.ts";
import { withBody } from "../body/read.ts";
import { classifyPhotos, onlyAnswer, topOf } from "../classify.ts";
import { unforeseen } from "../http/problems.ts";
import { parse } from "../http/query.ts";
import type { Variables } from "../http/requests.ts";
import type { Models } from "../models/cache.ts";
import { drawOf } from "../models/draw.ts";
import type { ModelParts } from "../models/parts.ts";
import type { Queue } from "../queue.ts";
import { createCeiling } from "./ceiling.ts";
import { correction, keep } from "./feedback.ts";
import { createKeeping } from "./keeping.ts";

export interface FeedbackParts extends Pick<ModelParts, "limits" | "log" | "clock" | "settings"> {
  models: Models;
  queue: Queue;
  /** Where photos are kept. */
  feedback: Store;
  budget: Budget;
  /** Before what costs work: whose request it is, and whether another server answers it. */
  first: readonly [keyed: MiddlewareHandler, elsewhere: MiddlewareHandler];
}

export const mountFeedback = (app: Hono<{ Variables: Variables }>, parts: FeedbackParts): void => {
  const { models, queue, feedback, limits, log, budget, first, clock, settings } = parts;
  const keeping = createKeeping(feedback, log);
  const ceiling = createCeiling(keeping, settings.feedbackMost, clock);
  app.post("/models/:name/feedback", ...first, (c) =>
    withBody(c.req.raw, limits.bytes + MULTIPART_OVERHEAD, budget, async (body) => {
      const form = await formIn(c.req.raw, body);
      const { label, requestId: about } = parse(correction, {
        label: form.get("label") ?? undefined,
        requestId: form.get("requestId") ?? undefined,
      });
      const requestId = c.get("requestId");
      const draw = await drawOf(requestId);
      const classify = async (photo: Uint8Array): Promise<Manifest> => {
        const request = { photos: [photo], model: c.req.param("name"), top: topOf(1), draw, signal: c.req.raw.signal };
        const classifying = { models, queue, unforeseen: (error: unknown) => unforeseen(error, requestId, log) };
        const classified = await classifyPhotos(classifying, request);
        onlyAnswer(classified);
        return classified.manifest;
      };
      const kept = await keep({ store: keeping, ceiling, limits, classify }, await onePhoto(form), label);
      log({ level: "info", event: "feedback", requestId, about, ...kept });
      return c.json(kept, 201);
    }),
  );
};
