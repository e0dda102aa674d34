/** The request of Hugging Face's image-classification task: the photo's bytes as they are, or JSON with base64 inside. */
import type { Manifest } from "../../shared/manifest.ts";
import { Problem } from "../../shared/problem.ts";
import { huggingFaceBody, parse } from "../http/query.ts";
import { parseJson } from "./json.ts";

/** JSON beside the base64. */
const JSON_OVERHEAD = 4096;

const isJson = (request: Request): boolean => /^application\/json\b/i.test(request.headers.get("content-type") ?? "");

/** Most bytes of a body whose photo has `photoBytes`. */
export const huggingFaceLimit = (request: Request, photoBytes: number): number =>
  isJson(request) ? Math.ceil((photoBytes * 4) / 3) + JSON_OVERHEAD : photoBytes;

/**
 * @returns the photo, and how many predictions are wanted of a model
 * @throws Problem 400 when JSON is announced and the body is not what the task defines; `top`, when the model has other scores
 */
export const huggingFaceRequest = (
  request: Request,
  body: Uint8Array,
): { photo: Uint8Array; top: (manifest: Manifest) => number } => {
  // what their API answers when nothing is said
  const defaultTop = 5;
  if (!isJson(request)) return { photo: body, top: ({ labels }) => Math.min(defaultTop, labels.length) };
  const { inputs, parameters } = parse(
    huggingFaceBody,
    parseJson(body, 'send {"inputs": "<base64>"} or the photo\'s own bytes'),
  );
  const { top_k = defaultTop, function_to_apply } = parameters ?? {};
  return {
    photo: fromBase64(inputs),
    top(manifest) {
      const own = manifest.task === "single-label" ? "softmax" : "sigmoid";
      if (function_to_apply != null && function_to_apply !== own)
        throw new Problem(
          400,
          `parameters.function_to_apply is ${function_to_apply}, and the scores of ${manifest.name} are calibrated as ${own}; leave it out`,
          { title: "Bad request" },
        );
      return Math.min(top_k ?? defaultTop, manifest.labels.length);
    },
  };
};

const fromBase64 = (text: string): Uint8Array => {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
};
