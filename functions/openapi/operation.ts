/** One route as the API's document describes it. */
import type { z } from "zod";
import type { ProblemStatus } from "../../shared/problem.ts";
import type { AnswerName } from "./answers.ts";
import type { RequestName } from "./requests.ts";

/** The bytes themselves, of a content type that is no JSON. */
export const BYTES = "bytes";

export interface Operation {
  method: "get" | "post" | "delete";
  /** As OpenAPI writes it: `/models/{name}`. */
  path: string;
  /** What a generated client calls it. */
  id: string;
  summary: string;
  description?: string;
  tag: "classify" | "models" | "server" | "owner";
  /** Needs a key where access is by key. */
  keyed?: true;
  /** The schema that validates the path's parameters, or says what they look like. */
  parameters?: z.ZodObject;
  /** The schema that validates the query. */
  query?: z.ZodObject;
  /** By content type. */
  body?: Record<string, RequestName | typeof BYTES>;
  /** What it answers when all is well: the status, and the body by content type. */
  success: { status: 200 | 201 | 202 | 204; body: Record<string, AnswerName | typeof BYTES> };
  /** Other statuses without a problem's body, and what they mean. */
  others?: Record<number, string>;
  /** Why it may fail; 500 is always possible. */
  problems: readonly ProblemStatus[];
}

export const json = <Name extends AnswerName | RequestName>(name: Name): Record<"application/json", Name> => ({
  "application/json": name,
});
