/** The owner's routes, by bearer token: trainings, promotion, rollback. `createApp` mounts them where a token is configured. */
import type { Hono, MiddlewareHandler } from "hono";
import type { z } from "zod";
import { systemClock } from "../../shared/classifier/clock.ts";
import { AwsError } from "../../shared/jobs/aws-call.ts";
import { trainingIdSchema } from "../../shared/jobs/id.ts";
import { jobOf, trainingRequestSchema, whyUnreadable } from "../../shared/jobs/request.ts";
import { Problem } from "../../shared/problem.ts";
import { DamageError, promote, rollback, tryOut } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";
import type { Budget } from "../body/budget.ts";
import { parseJson } from "../body/json.ts";
import { withBody } from "../body/read.ts";
import { parse } from "../http/query.ts";
import type { Variables } from "../http/requests.ts";
import { logQuery } from "./log-query.ts";
import type { Owner } from "./owner.ts";
import { promotion } from "./promotion.ts";
import { carriesToken } from "./token.ts";

/** Bytes of a body; a training's settings have a few hundred. */
const BODY_LIMIT = 16 * 1024;

export interface OwnerParts {
  owner: Owner;
  store: Store;
  budget: Budget;
}

export const mountOwner = (app: Hono<{ Variables: Variables }>, { owner, store, budget }: OwnerParts): void => {
  const only = ownerOnly(owner.token);

  const bodyOf = <T extends z.ZodType>(request: Request, schema: T): Promise<z.output<T>> =>
    withBody(request, BODY_LIMIT, budget, async (body) => parse(schema, parseJson(body, "send a JSON object")));

  app.post("/models/:name/promote", only, async (c) => {
    const name = c.req.param("name");
    const { version, share } = await bodyOf(c.req.raw, promotion);
    await answered(
      share === undefined ? promote(store, name, version, systemClock) : tryOut(store, name, version, share),
    );
    return c.json({ model: name, version, ...(share !== undefined && { share }) });
  });

  app.post("/models/:name/rollback", only, async (c) => {
    const name = c.req.param("name");
    return c.json({ model: name, version: await answered(rollback(store, name, systemClock)) });
  });

  if (owner.trainings === undefined) return;
  const { jobs, ...places } = owner.trainings;
  const idOf = (id: string): string => {
    const parsed = trainingIdSchema.safeParse(id);
    if (parsed.success) return parsed.data;
    throw new Problem(404, `${JSON.stringify(id.slice(0, 40))} is not ${parsed.error.issues[0]?.message}`);
  };

  app.post("/trainings", only, async (c) => {
    const request = await bodyOf(c.req.raw, trainingRequestSchema);
    const unreadable = whyUnreadable(request.photos, places);
    if (unreadable !== undefined) throw new Problem(400, unreadable, { title: "Photos out of reach" });
    const job = await jobOf(request, places, new Date(systemClock.now()));
    const id = await answered(jobs.submit(job));
    return c.json({ id, model: job.name, device: job.options.device, shards: job.shards }, 202, {
      location: `/trainings/${id}`,
    });
  });

  app.get("/trainings", only, async (c) => c.json({ devices: jobs.devices, trainings: await answered(jobs.list()) }));

  app.get("/trainings/:id", only, async (c) => c.json(await answered(jobs.describe(idOf(c.req.param("id"))))));

  app.get("/trainings/:id/log", only, async (c) => {
    const { from } = parse(logQuery, c.req.query());
    return c.json(await answered(jobs.log(idOf(c.req.param("id")), from)));
  });

  app.delete("/trainings/:id", only, async (c) => {
    const id = idOf(c.req.param("id"));
    await answered(jobs.cancel(id, "by the owner, over HTTP"));
    return c.json(await answered(jobs.describe(id)), 202);
  });
};

/** Before a route that is the owner's alone. */
export const ownerOnly =
  (token: string): MiddlewareHandler =>
  async (c, next) => {
    if (!(await carriesToken(c.req.header("authorization"), token)))
      throw new Problem(401, "this is the owner's; send `Authorization: Bearer TOKEN` with the server's WHIPPET_TOKEN");
    c.header("cache-control", "no-store");
    await next();
  };

/** The owner may know what AWS said, and what is damaged; anyone else never gets here. */
const answered = async <Answer>(work: Promise<Answer>): Promise<Answer> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AwsError)
      throw new Problem(503, error.message, {
        title: "AWS did not take it",
        cause: error,
        // only where asking again helps
        ...(error.passing && { retryAfter: 2 }),
      });
    if (error instanceof DamageError) throw new Problem(409, error.message, { title: "Damaged", cause: error });
    throw error;
  }
};
