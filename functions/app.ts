/** Every route on one page. What a route needs arrives as `parts`, so that Node, a Worker and a test share it. */
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { requestId } from "hono/request-id";
import { nameSchema } from "../shared/manifest.ts";
import type { Store } from "../shared/store/store.ts";
import type { Access } from "./access/access.ts";
import { requireKey } from "./access/require-key.ts";
import { createBudget } from "./body/budget.ts";
import { huggingFaceLimit, huggingFaceRequest } from "./body/hugging-face.ts";
import { isMultipart, MULTIPART_OVERHEAD, photosIn } from "./body/photos.ts";
import { withBody } from "./body/read.ts";
import { answerOf, type ClassifyRequest, classifyPhotos, topOf } from "./classify.ts";
import { ANSWERED_BY, type PassOn } from "./edge/pass-on.ts";
import { mountFeedbackOwner } from "./feedback/owner-routes.ts";
import { mountFeedback } from "./feedback/routes.ts";
import { prefersHtml } from "./http/accept.ts";
import { allowOrigins, type Origins } from "./http/cors.ts";
import { answerProblems, unforeseen } from "./http/problems.ts";
import { classifyQuery, parse } from "./http/query.ts";
import { answerInParts } from "./http/range.ts";
import { limitRate, type Rate } from "./http/rate.ts";
import { logRequests, type Variables } from "./http/requests.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { Models } from "./models/cache.ts";
import { drawOf } from "./models/draw.ts";
import { forReaders } from "./models/for-readers.ts";
import { createListing } from "./models/listing.ts";
import type { ModelParts } from "./models/parts.ts";
import { readCurrentManifest, readPublicFile } from "./models/public-files.ts";
import { readReport } from "./models/report.ts";
import { openapiRoute } from "./openapi/route.ts";
import type { Owner } from "./owner/owner.ts";
import { mountOwner, ownerOnly } from "./owner/routes.ts";
import { carriesToken } from "./owner/token.ts";
import { classifyPage } from "./page/classify-page.ts";
import { docsPage } from "./page/docs/page.ts";
import { modelPage } from "./page/model/page.ts";
import { createQueue } from "./queue.ts";
import { recordClassified } from "./record.ts";
import { UPLOAD_REQUEST_BYTES, type Uploads, uploadIn, withUpload } from "./uploads/uploads.ts";

export interface AppParts extends ModelParts {
  models: Models;
  /** Whose token opens the owner's routes; without it they do not exist. */
  owner?: Owner | undefined;
  /** Where photos go that are too large for a request; without it there are no uploads. */
  uploads?: Uploads | undefined;
  /** Where photos are kept that someone puts right; without it nobody can. */
  feedback?: Store | undefined;
  /** Whom photos are classified for; without it anyone. */
  access?: Access | undefined;
  /** How often one caller may ask for work; without it, as often as they like. */
  rate?: Rate | undefined;
  /** Answers for models that cannot run here; without it every model does. */
  passOn?: PassOn | undefined;
  /** Pages of which other origins may call; without it none may. */
  origins?: Origins | undefined;
  /** What `GET /metrics` answers; without it there is no such route. */
  metrics?: Metrics | undefined;
}

const IMMUTABLE = "public, max-age=31536000, immutable";

export const createApp = (parts: AppParts): Hono<{ Variables: Variables }> => {
  const { engine, models, limits, settings, clock, log, uploads, owner, metrics } = parts;
  const app = new Hono<{ Variables: Variables }>();
  const queue = createQueue(settings);
  const budget = createBudget(settings.bodies);
  /** Of a photo that is a request's body: an upload may be larger than a request. */
  const photoBytes = Math.min(limits.bytes, settings.requestBytes);
  const keyed = requireKey(parts.access);
  const store = forReaders(parts);
  const listing = createListing({ ...parts, store });

  const classify = async (c: Context<{ Variables: Variables }>, request: Omit<ClassifyRequest, "signal" | "draw">) => {
    const { photos, model: asked } = request;
    const requestId = c.get("requestId");
    const draw = await drawOf(requestId);
    const classifying = classifyPhotos(
      { models, queue, unforeseen: (error) => unforeseen(error, requestId, log) },
      { ...request, draw, signal: c.req.raw.signal },
    );
    return recordClassified(c, { photos, asked }, metrics, classifying);
  };

  app.use(requestId());
  app.use(logRequests({ log, clock, metrics }));
  if (parts.origins) app.use(allowOrigins(parts.origins));
  if (parts.rate) app.use(limitRate(parts.rate));

  /** Before a handler that runs the model: another server does where this one cannot. */
  const orElsewhere =
    (named: (c: Context) => string | undefined): MiddlewareHandler<{ Variables: Variables }> =>
    async (c, next) => {
      if (!parts.passOn) return next();
      const name = named(c) ?? (await models.defaultName());
      const known = nameSchema.safeParse(name);
      const answer = known.success ? await parts.passOn(c.req.raw, known.data, c.get("requestId")) : undefined;
      if (answer) return answer;
      await next();
      c.header(ANSWERED_BY, "edge");
      return undefined;
    };

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
    });
  });

  app.post(
    "/classify",
    keyed,
    orElsewhere((c) => c.req.query("model")),
    (c) => {
      const { model, top, heatmap, trace, upload } = parse(classifyQuery, c.req.query());
      const answer = async (photos: Uint8Array[]) =>
        c.json(answerOf(await classify(c, { photos, model, top: topOf(top), heatmap, trace })));
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
    orElsewhere((c) => c.req.param("name")),
    (c) =>
      withBody(c.req.raw, huggingFaceLimit(c.req.raw, photoBytes), budget, async (body) => {
        const { photo, top } = huggingFaceRequest(c.req.raw, body);
        const { results } = await classify(c, { photos: [photo], model: c.req.param("name"), top });
        return c.json(results.flatMap((result) => ("predictions" in result ? result.predictions : [])));
      }),
  );

  app.get("/models", async (c) => c.json({ default: await models.defaultName(), models: await listing() }));

  app.get("/models/:name", async (c) => {
    c.header("vary", "accept", { append: true });
    if (prefersHtml(c.req.header("accept"))) return modelPage(c, store, c.req.param("name"));
    const { etag, manifest } = await readCurrentManifest(store, c.req.param("name"), c.req.header("if-none-match"));
    const headers = { etag, "cache-control": "no-cache" };
    return manifest ? c.json(manifest, 200, headers) : c.body(null, 304, headers);
  });

  app.get("/models/:name/report", (c) =>
    readReport(
      store,
      { name: c.req.param("name"), known: c.req.header("if-none-match") },
      async () => owner !== undefined && carriesToken(c.req.header("authorization"), owner.token),
    ),
  );

  app.get("/models/:name/:version/files/:file{.+}", async (c) => {
    const { bytes, contentType } = await readPublicFile(store, c.req.param());
    const headers = { "content-type": contentType, "cache-control": IMMUTABLE };
    return answerInParts(bytes, { range: c.req.header("range"), most: settings.answerBytes, headers });
  });

  app.get("/openapi.json", openapiRoute(parts));

  app.get("/docs", docsPage({ ...parts, store }));

  app.get("/healthz", (c) => c.json({ alive: true }));

  app.get(
    "/readyz",
    orElsewhere(() => undefined),
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
    mountFeedback(app, { ...parts, feedback, queue, budget, first: [keyed, orElsewhere((c) => c.req.param("name"))] });
    if (owner) mountFeedbackOwner(app, { feedback, token: owner.token });
  }

  if (owner) mountOwner(app, { owner, store, budget });

  answerProblems(app, log);
  return app;
};
