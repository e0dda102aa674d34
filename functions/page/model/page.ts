/** `GET /models/:name` for a browser. */
import type { Context } from "hono";
import { figuresStyle } from "../../../shared/page/figures-style.ts";
import type { Store } from "../../../shared/store/store.ts";
import type { Owner } from "../../owner/owner.ts";
import script from "../gen/model.js.ts";
import { answerPage } from "../shell.ts";
import { modelContent } from "./content.ts";
import { modelStyle } from "./style.ts";
import { readModelView } from "./view.ts";

/** @throws Problem 404 when there is no such model */
export const modelPage = async (
  c: Context,
  { store, owner }: { store: Store; owner: Owner | undefined },
  name: string,
): Promise<Response> =>
  answerPage(c, {
    title: `${name} · Whippet`,
    content: modelContent(await readModelView(store, name, owner !== undefined)),
    style: figuresStyle + modelStyle,
    script,
  });
