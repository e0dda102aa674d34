/** `GET /models/:name/report`, and the form on the model's page by which its owner reads one that is not public. */
import type { Hono } from "hono";
import { z } from "zod";
import { Problem } from "../../shared/problem.ts";
import type { Store } from "../../shared/store/store.ts";
import type { Budget } from "../body/budget.ts";
import { withBody } from "../body/read.ts";
import { parse } from "../http/query.ts";
import type { Variables } from "../http/requests.ts";
import type { Owner } from "../owner/owner.ts";
import { carriesToken } from "../owner/token.ts";
import { readReport } from "./report.ts";

/** Of the form, whose only field is the token: neither an address nor a history has it then. */
const FORM_BYTES = 4096;
const form = z.object({ token: z.string() });

export const mountReport = (
  app: Hono<{ Variables: Variables }>,
  { store, owner, budget }: { store: Store; owner: Owner | undefined; budget: Budget },
): void => {
  app.get("/models/:name/report", (c) =>
    readReport(
      store,
      { name: c.req.param("name"), known: c.req.header("if-none-match") },
      async () => owner !== undefined && carriesToken(c.req.header("authorization"), owner.token),
    ),
  );

  if (owner)
    // a path of its own: the other one is the API's, whose document has no forms
    app.post("/models/:name/report/owner", (c) =>
      withBody(c.req.raw, FORM_BYTES, budget, async (body) => {
        const { token } = parse(form, Object.fromEntries(new URLSearchParams(new TextDecoder().decode(body))));
        if (!(await carriesToken(`Bearer ${token.trim()}`, owner.token)))
          throw new Problem(401, "this is not the owner's token; the server has it as WHIPPET_TOKEN", {
            title: "Not the owner's token",
          });
        return readReport(store, { name: c.req.param("name"), known: undefined }, async () => true);
      }),
    );
};
