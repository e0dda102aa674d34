/** Before a handler that runs the model: another server does where this one cannot. */
import type { Context, MiddlewareHandler } from "hono";
import { nameSchema } from "../../shared/manifest.ts";
import type { Variables } from "../http/requests.ts";
import type { Models } from "../models/cache.ts";
import { ANSWERED_BY, type PassOn } from "./pass-on.ts";

/** @param passOn absent where every model runs here */
export const orElsewhere =
  (passOn: PassOn | undefined, models: Pick<Models, "defaultName">) =>
  /** @param named which model the request names */
  (named: (c: Context) => string | undefined): MiddlewareHandler<{ Variables: Variables }> =>
  async (c, next) => {
    if (!passOn) return next();
    const name = named(c) ?? (await models.defaultName());
    const known = nameSchema.safeParse(name);
    const answer = known.success ? await passOn(c.req.raw, known.data, c.get("requestId")) : undefined;
    if (answer) return answer;
    await next();
    c.header(ANSWERED_BY, "edge");
    return undefined;
  };
