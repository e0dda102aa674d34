/** Every route on one page. What a route needs arrives as `parts`, so that Node, a Worker and a test share it. */
import { type Context, Hono } from "hono";
import { requestId } from "hono/request-id";
import { requireKey } from "./access/require-key.ts";
import type { AppParts } from "./app-parts.ts";
import { createBudget } from "./body/budget.ts";
import { huggingFaceLimit, huggingFaceRequest } from "./body/hugging-face.ts";
import { isMultipart, MULTIPART_OVERHEAD, photosIn } from "./body/photos.ts";
import { withBody } from "./body/read.ts";
import { answerOf, type ClassifyRequest, classifyPhotos, onlyAnswer, topOf } from "./classify.ts";
import { orElsewhere } from "./edge/or-elsewhere.ts";
import { mountFeedbackOwner } from "./feedback/owner-routes.ts";
import { mountFeedback } from "./feedback/routes.ts";
import { prefersHtml } from "./http/accept.ts";
import { allowOrigins } from "./http/cors.ts";
import { answerProblems, unforeseen } from "./http/problems.ts";
import { classifyQuery, parse } from "./http/query.ts";
import { limitRate } from "./http/rate.ts";
import { logRequests, type Variables } from "./http/requests.ts";
import { readCurrentManifest } from "./models/current-manifest.ts";
import { drawOf } from "./models/draw.ts";
import { forReaders } from "./models/for-readers.ts";
import { createSendWhole } from "./models/held-files.ts";
import { createListing } from "./models/listing.ts";
import { answerPublicFile } from "./models/public-files.ts";
import { remember } from "./models/remember.ts";
import { mountReport } from "./models/report-routes.ts";
import { openapiRoute } from "./openapi/route.ts";
import { mountOwner, ownerOnly } from "./owner/routes.ts";
import { answerAsset } from "./page/assets/assets.ts";
import { classifyPage } from "./page/classify-page.ts";
import { docsPage } from "./page/docs/page.ts";
import { modelPage } from "./page/model/page.ts";
import { problemPage } from "./page/problem-page.ts";
import { createQueue } from "./queue.ts";
import { recordClassified } from "./record.ts";
import { UPLOAD_REQUEST_BYTES, uploadIn, withUpload } from "./uploads/uploads.ts";

export const createApp = (parts: AppParts): Hono<{ Variables: Variables }> => {
  const { engine, models, limits, settings, clock, log, uploads, owner, metrics } = parts;
  const app = new Hono<{ Variables: Variables }>();
  const queue = createQueue(settings, clock);
  const budget = createBudget(settings, clock);
  /** Of a photo that is a request's body: an upload may be larger than a request. */
  const photoBytes = Math.min(limits.bytes, settings.requestBytes);
  const keyed = requireKey(parts.access);
  const { reading, writing } = remember(forReaders(parts), parts);
  const listing = createListing({ ...parts, store: reading });
  const sendWhole = createSendWhole(settings.reading);

  const classify = async (c: Context<{ Variables: Variables }>, request: Omit<ClassifyRequest, "signal" | "draw">) => {
    const { photos, model: asked } = request;
    const requestId = c.get("requestId");
    const draw = await drawOf(requestId);
    const classifying = classifyPhotos(
      { models, queue, unforeseen: (error) => unforeseen(error, requestId, log) },
      { ...request, draw, signal: c.req.raw.signal },
    );
    return recordClassified(c, { photos, asked }, parts, classifying);
  };

  app.use(requestId());
  app.use(logRequests({ log, clock, metrics }));
  if (parts.origins) app.use(allowOrigins(parts.origins));
  if (parts.rate) app.use(limitRate(parts.rate));

  const elsewhere = orElsewhere(parts.passOn, models);

  app.get("/", async (c) => {
    const [answering, published] = await Promise.all([models.defaultName(), listing()]);
    const { feedback, access } = parts;
    const names = published.map(({ name }) => name);
    const asked = c.req.query("model");
    return classifyPage(c, {
      model: asked !== undefined && names.includes(asked) ? asked : answering,
      models: names,
      feedback: feedback !== undefined,
      keyed: access !== undefined,
      local: parts.assets !== undefined,
    });
  });

  app.post(
    "/classify",
    keyed,
    elsewhere((c) => c.req.query("model")),
    (c) => {
      const { model, top, heatmap, trace, full, upload } = parse(classifyQuery, c.req.query());
      const answer = async (photos: Uint8Array[]) =>
        c.json(answerOf(await classify(c, { photos, model, top: topOf(top), heatmap, trace, full })));
      if (upload !== undefined)
        return withUpload({ uploads, budget, log }, { upload, limits }, (photo) => answer([photo]));
      const limit = isMultipart(c.req.raw) ? settings.requestBytes + MULTIPART_OVERHEAD : photoBytes;
      return withBody(c.req.raw, limit, budget, async (body) => answer(await photosIn(c.req.raw, body)));
    },
  );

  if (uploads)
    app.post("/uploads", keyed, (c) =>
      withBody(c.req.raw, UPLOAD_REQUEST_BYTES, budget, async (body) =>
        c.json(await uploads.create(uploadIn(body, limits)), 201),
      ),
    );

  app.post(
    "/models/:name",
    keyed,
    elsewhere((c) => c.req.param("name")),
    (c) =>
      withBody(c.req.raw, huggingFaceLimit(c.req.raw, photoBytes), budget, async (body) => {
        const { photo, top } = huggingFaceRequest(c.req.raw, body);
        return c.json(onlyAnswer(await classify(c, { photos: [photo], model: c.req.param("name"), top })).predictions);
      }),
  );

  app.get("/models", async (c) => c.json({ default: await models.defaultName(), models: await listing() }));

  app.get("/models/:name", async (c) => {
    c.header("vary", "accept", { append: true });
    if (prefersHtml(c.req.header("accept"))) return modelPage(c, { store: reading, owner }, c.req.param("name"));
    const { etag, manifest } = await readCurrentManifest(reading, c.req.param("name"), c.req.header("if-none-match"));
    const headers = { etag, "cache-control": "no-cache" };
    return manifest ? c.json(manifest, 200, headers) : c.body(null, 304, headers);
  });

  mountReport(app, { store: reading, owner, budget });

  app.get("/models/:name/:version/files/:file{.+}", (c) =>
    answerPublicFile(c, { store: reading, sendWhole, most: settings.answerBytes }, c.req.param()),
  );

  const { assets } = parts;
  if (assets && assets !== "platform")
    app.get("/assets/:asset", (c) =>
      answerAsset(c, assets, { name: c.req.param("asset"), most: settings.answerBytes }),
    );

  app.get("/openapi.json", openapiRoute(parts));

  app.get("/docs", docsPage({ ...parts, store: reading }));

  app.get("/healthz", (c) => c.json({ alive: true }));

  app.get(
    "/readyz",
    elsewhere(() => undefined),
    (c) =>
      models.use(undefined, async ({ manifest: { name, version } }) =>
        c.json({ ready: true, model: name, version, engine: engine.name, warnings: models.warnings() }),
      ),
  );

  if (metrics) {
    if (owner) app.get("/metrics", ownerOnly(owner.token));
    app.get("/metrics", (c) =>
      c.body(metrics.text(queue.length), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }),
    );
  }

  const { feedback } = parts;
  if (feedback) {
    mountFeedback(app, { ...parts, feedback, queue, budget, first: [keyed, elsewhere((c) => c.req.param("name"))] });
    if (owner) mountFeedbackOwner(app, { feedback, token: owner.token });
  }

  if (owner) mountOwner(app, { owner, store: writing, budget });

  answerProblems(app, log, problemPage);
  return app;
};
