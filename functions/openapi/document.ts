/**
 * The API's document, OpenAPI 3.1, made by zod of the very schemas that validate. (@hono/zod-openapi would do it too, for
 * 16 kB more of gzipped script in the Worker, and its validators would read bodies that only `withBody` may read.)
 */
import { z } from "zod";
import { titles } from "../../shared/problem.ts";
import { namedAnswers } from "./answers.ts";
import { BYTES, type Operation } from "./operation.ts";
import { namedRequests } from "./requests.ts";

type Json = Record<string, unknown>;

const SCHEMAS = "#/components/schemas/";

/** Of what a client sends (`input`), or of what it gets (`output`). */
const schemasOf = (named: Record<string, z.ZodType>, io: "input" | "output"): Record<string, Json> => {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io,
    uri: (id) => SCHEMAS + id,
    override({ jsonSchema }) {
      // a format says as much as zod's expression for it, and is read
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $id: _, $schema: __, ...schema }]) => [name, schema]),
  );
};

const content = (body: Record<string, string>): Json =>
  Object.fromEntries(
    Object.entries(body).map(([type, name]) => [type, name === BYTES ? {} : { schema: { $ref: SCHEMAS + name } }]),
  );

const parametersOf = (schema: z.ZodObject | undefined, place: "path" | "query"): Json[] => {
  if (!schema) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: "input" });
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property as Json;
    return {
      name,
      in: place,
      required: required.includes(name),
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });
};

const operationOf = (
  { id, tag, summary, description, parameters, query, body, ...rest }: Operation,
  needsKey: boolean,
): Json => ({
  operationId: id,
  tags: [tag],
  summary,
  ...(description !== undefined && { description }),
  ...(tag === "owner" && { security: [{ owner: [] }] }),
  ...(needsKey && { security: [{ key: [] }] }),
  parameters: [...parametersOf(parameters, "path"), ...parametersOf(query, "query")],
  ...(body && { requestBody: { required: true, content: content(body) } }),
  responses: {
    [rest.success.status]: { description: summary, content: content(rest.success.body) },
    ...Object.fromEntries(
      Object.entries(rest.others ?? {}).map(([status, meaning]) => [status, { description: meaning }]),
    ),
    ...Object.fromEntries(
      [...rest.problems, ...(needsKey ? [401 as const] : []), 500 as const].map((status) => [
        status,
        { description: titles[status], content: content({ "application/problem+json": "Problem" }) },
      ]),
    ),
  },
});

/**
 * @param operations what this server has
 * @param byKey whether photos are classified only for who has a key
 */
export const createDocument = (operations: readonly Operation[], byKey: boolean): Json => {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const { path, method } = operation;
    paths[path] = { ...paths[path], [method]: operationOf(operation, byKey && operation.keyed === true) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Whippet",
      version: "1.0.0",
      description: "Photos in, labels out. Every error is `application/problem+json` (RFC 9457).",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: { ...schemasOf(namedRequests, "input"), ...schemasOf(namedAnswers, "output") },
      securitySchemes: {
        owner: { type: "http", scheme: "bearer", description: "The server's WHIPPET_TOKEN." },
        ...(byKey && { key: { type: "http", scheme: "bearer", description: "A key of `whippet keys add`." } }),
      },
    },
  };
};
