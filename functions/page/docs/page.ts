/** `GET /docs`: the API of this server for people, made of the document that `/openapi.json` gives to tools. */
import type { Handler } from "hono";
import { readPointer } from "../../../shared/registry.ts";
import type { Store } from "../../../shared/store/store.ts";
import type { Models } from "../../models/cache.ts";
import { documentOf, type Offered } from "../../openapi/route.ts";
import script from "../gen/docs.js.ts";
import { answerPage } from "../shell.ts";
import { docsContent } from "./content.ts";
import { apiDocument } from "./document.ts";
import { docsStyle } from "./style.ts";

export const docsPage =
  (parts: Offered & { models: Models; store: Store }): Handler =>
  async (c) => {
    const model = await parts.models.defaultName();
    const current = model === undefined ? undefined : await readPointer(parts.store, model);
    return answerPage(c, {
      title: "API · Whippet",
      here: "docs",
      content: docsContent(apiDocument.parse(documentOf(parts)), { model, version: current?.pointer.version }),
      style: docsStyle,
      script,
    });
  };
