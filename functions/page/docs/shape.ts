/** A schema as a reader takes it in: `[{ label: string, score: number }]`, with the names of other schemas as links. */
import { html } from "hono/html";
import type { Markup } from "../../../shared/page/markup.ts";
import { refName, type Schema } from "./document.ts";

const joined = (parts: readonly Markup[], by: string): Markup =>
  html`${parts.map((part, index) => (index === 0 ? part : html`${by}${part}`))}`;

/** What a plain value is: its type, or its format where that says more. */
const plain = ({ type, format }: Schema): Markup => {
  if (format === "binary") return html`file`;
  return html`${type === "integer" ? "whole number" : (type ?? "anything")}${format === undefined ? "" : ` (${format})`}`;
};

export const shapeOf = (schema: Schema): Markup => {
  const {
    $ref,
    const: fixed,
    enum: choices,
    anyOf,
    oneOf,
    prefixItems,
    items,
    properties,
    additionalProperties,
  } = schema;
  if ($ref !== undefined) return html`<a href="#schema-${refName($ref)}">${refName($ref)}</a>`;
  if (fixed !== undefined) return html`${JSON.stringify(fixed)}`;
  if (choices) return html`${choices.map((choice) => JSON.stringify(choice)).join(" | ")}`;
  const options = anyOf ?? oneOf;
  if (options) return joined(options.map(shapeOf), " | ");
  if (prefixItems) return html`[${joined(prefixItems.map(shapeOf), ", ")}]`;
  if (items) return html`[${shapeOf(items)}]`;
  if (properties) {
    const fields = Object.entries(properties).map(
      ([name, field]) => html`${name}${schema.required?.includes(name) ? "" : "?"}: ${shapeOf(field)}`,
    );
    return html`{ ${joined(fields, ", ")} }`;
  }
  if (typeof additionalProperties === "object") return html`{ any: ${shapeOf(additionalProperties)} }`;
  return plain(schema);
};
