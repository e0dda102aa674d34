/** Before a route that needs a key: it is looked at before anything of the body is read. */
import type { MiddlewareHandler } from "hono";
import type { Access } from "./access.ts";

/** @param access absent where access is public */
export const requireKey =
  (access: Pick<Access, "admit"> | undefined): MiddlewareHandler =>
  async (c, next) => {
    await access?.admit(c.req.header("authorization"));
    await next();
  };
