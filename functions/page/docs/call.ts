/** One call of the API: what it is for, what it takes, what it answers, how it is written, and a form to try it. */
import { html } from "hono/html";
import type { Markup } from "../../../shared/page/markup.ts";
import type { ApiDocument, Call } from "./document.ts";
import { bodyKind, formFields, jsonExample, pathExamples } from "./example.ts";
import { ORIGIN } from "./origin.ts";
import { samplesOf } from "./samples.ts";
import { shapeOf } from "./shape.ts";

/** What is published here, for calls that work as they stand. */
export interface Published {
  model?: string | undefined;
  version?: string | undefined;
}

/** Text of a description, in which `code` is marked as Markdown does. */
export const prose = (text: string): Markup =>
  html`${text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;

const parameters = ({ parameters }: Call): Markup =>
  parameters.length === 0
    ? ""
    : html`<h4>Parameters</h4>
        <dl class="facts">
          ${parameters.map(
            ({ name, in: place, required, description, schema }) => html`<dt><code>${name}</code></dt>
              <dd>${shapeOf(schema)}, in the ${place}${required ? "" : ", optional"}${description === undefined ? "" : html`. ${prose(description)}`}</dd>`,
          )}
        </dl>`;

const takes = ({ requestBody }: Call): Markup =>
  requestBody === undefined
    ? ""
    : html`<h4>Body</h4>
        <dl class="facts">
          ${Object.entries(requestBody.content).map(
            ([type, { schema }]) =>
              html`<dt><code>${type}</code></dt><dd>${schema ? shapeOf(schema) : "the bytes themselves"}</dd>`,
          )}
        </dl>`;

const answers = ({ responses }: Call, summary: string): Markup => html`<h4>Answers</h4>
  <dl class="facts answers">
    ${Object.entries(responses).map(([status, { description, content }]) => {
      const shapes = Object.entries(content ?? {}).filter(([type]) => type !== "application/problem+json");
      return html`<dt><code>${status}</code></dt>
        <dd>${description === summary ? "" : html`${description} `}${shapes.map(([type, { schema }], index) => html`${index > 0 ? ", " : ""}${schema ? shapeOf(schema) : html`<code>${type}</code>`}`)}</dd>`;
    })}
  </dl>`;

const samples = (call: Call, { components: { schemas } }: ApiDocument, published: Published): Markup => {
  const examples = pathExamples(published.model, published.version);
  const path = call.path.replace(/\{(\w+)\}/g, (whole, name: string) => examples[name] ?? whole);
  return html`${samplesOf({
    method: call.method,
    url: ORIGIN + path,
    body: bodyKind(call),
    fields: formFields(call, schemas)
      .filter(({ required }) => required)
      .map(({ name }) => name),
    json: jsonExample(call, schemas, published.model),
    token: call.security !== undefined,
  }).map(
    ([name, code]) =>
      html`<div class="sample ${name.toLowerCase()}"><pre tabindex="0" aria-label="${call.summary}, with ${name}">${code}</pre></div>`,
  )}`;
};

const field = (label: string, input: Markup): Markup => html`<label>${label} ${input}</label>`;

const form = (call: Call, { components: { schemas } }: ApiDocument, published: Published): Markup => {
  const examples = pathExamples(published.model, published.version);
  const kind = bodyKind(call);
  return html`<details class="try" hidden>
    <summary>Try it</summary>
    <form data-method="${call.method}" data-path="${call.path}" data-body="${kind}">
      ${call.parameters.map(({ name, in: place, required, schema }) =>
        field(
          name,
          schema.enum
            ? html`<select name="${name}" data-in="${place}">${schema.enum.map((choice) => html`<option>${String(choice)}</option>`)}</select>`
            : html`<input name="${name}" data-in="${place}" value="${place === "path" ? (examples[name] ?? "") : ""}" ${required ? "required" : ""} autocomplete="off" />`,
        ),
      )}
      ${kind === "photo" || kind === "form" ? field("photo", html`<input type="file" name="photo" data-in="body" accept="image/jpeg,image/png,image/webp" ${call.parameters.some(({ name }) => name === "upload") ? "" : "required"} />`) : ""}
      ${kind === "form" ? formFields(call, schemas).map(({ name, required }) => field(name, html`<input name="${name}" data-in="body" ${required ? "required" : ""} autocomplete="off" />`)) : ""}
      ${kind === "json" ? field("body", html`<textarea name="body" data-in="body" rows="6" spellcheck="false">${jsonExample(call, schemas, published.model)}</textarea>`) : ""}
      <button>Send</button>
      <output></output>
    </form>
  </details>`;
};

export const callSection = (
  call: Call,
  document: ApiDocument,
  published: Published,
): Markup => html`<section class="call" aria-labelledby="${call.operationId}">
  <div>
    <h3 id="${call.operationId}">${call.summary}</h3>
    <p class="route"><b class="method ${call.method.toLowerCase()}">${call.method}</b> <code>${call.path}</code></p>
    ${call.description === undefined ? "" : html`<p>${prose(call.description)}</p>`}
    ${call.security ? html`<p class="muted">Needs a bearer token.</p>` : ""}
    ${parameters(call)}${takes(call)}${answers(call, call.summary)}
  </div>
  <div>${samples(call, document, published)}${form(call, document, published)}</div>
</section>`;
