/** Values that a call may be tried with, out of what its schema says. */
import { type Call, refName, type Schema } from "./document.ts";

type Schemas = Readonly<Record<string, Schema>>;

/** An instance of `schema`: its defaults, its first choices, and the fields it cannot do without. */
export const exampleOf = (schema: Schema, schemas: Schemas): unknown => {
  if (schema.$ref !== undefined) return exampleOf(schemas[refName(schema.$ref)] ?? {}, schemas);
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const choice = (schema.anyOf ?? schema.oneOf)?.[0];
  if (choice) return exampleOf(choice, schemas);
  if (schema.properties)
    return Object.fromEntries(
      (schema.required ?? []).map((name) => [name, exampleOf(schema.properties?.[name] ?? {}, schemas)]),
    );
  if (schema.type === "array") return schema.items ? [exampleOf(schema.items, schemas)] : [];
  if (schema.type === "integer" || schema.type === "number") return Math.max(schema.minimum ?? 0, 1);
  if (schema.type === "boolean") return false;
  return "…";
};

/** A version's name, where none is published to take it from. */
const VERSION = "20260131T120000Z-1a2b3c4d5e6f";

/** What stands for each parameter of a path in a sample. */
export const pathExamples = (
  model: string | undefined,
  version: string | undefined,
): Readonly<Record<string, string>> => ({
  name: model ?? "NAME",
  version: version ?? VERSION,
  file: "metrics.json",
  id: "20261123-233000-1a2b3c4d",
  label: "LABEL",
});

/** How a call's body is sent: as the photo's bytes, as a form with a photo, as JSON, or there is none. */
export type BodyKind = "photo" | "form" | "json" | "none";

export const bodyKind = ({ requestBody }: Call): BodyKind => {
  const types = Object.keys(requestBody?.content ?? {});
  if (types.some((type) => type.startsWith("image/"))) return "photo";
  if (types.includes("multipart/form-data")) return "form";
  return types.includes("application/json") ? "json" : "none";
};

/** Fields of a call's form besides its photo. */
export const formFields = ({ requestBody }: Call, schemas: Schemas): { name: string; required: boolean }[] => {
  const ref = requestBody?.content["multipart/form-data"]?.schema?.$ref;
  const form = ref === undefined ? undefined : schemas[refName(ref)];
  return Object.keys(form?.properties ?? {})
    .filter((name) => name !== "photo")
    .map((name) => ({ name, required: form?.required?.includes(name) ?? false }));
};

/** A body to start from, as it would be typed; undefined where the call takes no JSON, or a photo as well. */
export const jsonExample = (call: Call, schemas: Schemas, model: string | undefined): string | undefined => {
  const schema = call.requestBody?.content["application/json"]?.schema;
  if (bodyKind(call) !== "json" || !schema) return undefined;
  const example = exampleOf(schema, schemas);
  const named =
    typeof example === "object" && example !== null && "name" in example
      ? { ...example, name: model ?? "NAME" }
      : example;
  return JSON.stringify(named, null, 2);
};
