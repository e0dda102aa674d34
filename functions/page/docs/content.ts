/** The page at `/docs`, below the site's header: the whole OpenAPI document, for people. */
import { html } from "hono/html";
import type { Markup } from "../../../shared/page/markup.ts";
import { callSection, type Published, prose } from "./call.ts";
import { type ApiDocument, callsOf, type Schema } from "./document.ts";
import { shapeOf } from "./shape.ts";

/** By the tag of its calls. */
const chapters: Readonly<Record<string, string>> = {
  classify: "Classify photos",
  models: "Published models",
  owner: "For the owner",
  server: "The server",
};

const languages = ["curl", "fetch", "Python"];

const schemaEntry = ([name, schema]: [
  string,
  Schema,
]): Markup => html`<section class="schema" aria-labelledby="schema-${name}">
  <h3 id="schema-${name}">${name}</h3>
  ${schema.description === undefined ? "" : html`<p>${prose(schema.description)}</p>`}
  ${
    schema.properties
      ? html`<dl class="facts">
          ${Object.entries(schema.properties).map(
            ([field, type]) => html`<dt><code>${field}${schema.required?.includes(field) ? "" : "?"}</code></dt>
              <dd>${shapeOf(type)}${type.description === undefined ? "" : html`. ${prose(type.description)}`}</dd>`,
          )}
        </dl>`
      : html`<p>${shapeOf(schema)}</p>`
  }
</section>`;

export const docsContent = (document: ApiDocument, published: Published): Markup => {
  const calls = callsOf(document);
  const titles = Object.entries(chapters)
    .map(([tag, title]) => ({ tag, title, calls: calls.filter(({ tags }) => tags[0] === tag) }))
    .filter((chapter) => chapter.calls.length > 0);
  const secured = calls.some(({ security }) => security !== undefined);
  return html`<header>
      <h1>API</h1>
      <p>${prose(document.info.description)} The same as a document for tools: <a href="/openapi.json">openapi.json</a>.</p>
      <fieldset class="languages">
        <legend>Samples for</legend>
        ${languages.map((name, index) => html`<label><input type="radio" name="language" id="language-${name.toLowerCase()}" ${index === 0 ? "checked" : ""} /> ${name}</label>`)}
      </fieldset>
      ${
        secured
          ? html`<label class="token" hidden>Bearer token for calls tried here
              <input type="password" id="token" autocomplete="off" spellcheck="false" />
              <small>Sent to this server alone, and forgotten with this page.</small></label>`
          : ""
      }
    </header>
    <div class="docs">
      <nav class="contents" aria-label="Calls">
        ${titles.map(
          ({ title, calls: listed }) => html`<h2>${title}</h2>
            <ul>${listed.map(({ operationId, summary }) => html`<li><a href="#${operationId}">${summary}</a></li>`)}</ul>`,
        )}
        <h2><a href="#schemas">Shapes</a></h2>
      </nav>
      <div>
        ${titles.map(
          ({ tag, title, calls: listed }) => html`<section class="chapter" aria-labelledby="chapter-${tag}">
            <h2 id="chapter-${tag}">${title}</h2>
            ${listed.map((call) => callSection(call, document, published))}
          </section>`,
        )}
        <section class="chapter" aria-labelledby="schemas">
          <h2 id="schemas">Shapes</h2>
          ${Object.entries(document.components.schemas).map(schemaEntry)}
        </section>
      </div>
    </div>`;
};
