/** The routes that anyone may call, in the order in which the document shows them. */
import { z } from "zod";
import { nameSchema, versionSchema } from "../../shared/manifest.ts";
import { classifyQuery } from "../http/query.ts";
import { BYTES, json, type Operation } from "./operation.ts";

const photoBody = {
  "image/jpeg": BYTES,
  "image/png": BYTES,
  "image/webp": BYTES,
  "application/octet-stream": BYTES,
} as const;
const photoProblems = [400, 404, 408, 413, 415, 422, 429, 503] as const;
const named = z.object({ name: nameSchema });

export const publicOperations: readonly Operation[] = [
  {
    method: "post",
    path: "/classify",
    id: "classify",
    keyed: true,
    tag: "classify",
    summary: "Say what is in a photo",
    description:
      "One photo as the body or as the form's field `photo` is answered as itself. Several fields `photo` are answered as a list, in their order; a bad photo among them fails alone.",
    query: classifyQuery,
    body: { ...photoBody, "multipart/form-data": "PhotoForm" },
    success: { status: 200, body: json("ClassifyAnswer") },
    problems: photoProblems,
  },
  {
    method: "post",
    path: "/models/{name}",
    id: "imageClassification",
    keyed: true,
    tag: "classify",
    summary: "The same, as Hugging Face's image-classification task answers",
    description: "So that its clients work unchanged, such as `imageClassification` of @huggingface/inference.",
    parameters: named,
    body: { ...photoBody, ...json("HuggingFaceRequest") },
    success: { status: 200, body: json("HuggingFaceAnswer") },
    problems: photoProblems,
  },
  {
    method: "get",
    path: "/models",
    id: "listModels",
    tag: "models",
    summary: "What is published",
    success: { status: 200, body: json("ModelList") },
    problems: [],
  },
  {
    method: "get",
    path: "/models/{name}",
    id: "getModel",
    tag: "models",
    summary: "The manifest of the version that answers",
    parameters: named,
    success: { status: 200, body: json("Manifest") },
    others: { 304: "The reader's copy, by its ETag in If-None-Match, is still right." },
    problems: [404],
  },
  {
    method: "get",
    path: "/models/{name}/report",
    id: "getReport",
    tag: "models",
    summary: "The report on the version that answers",
    description: "Where there is one, and its manifest says `publicPhotos` or the owner asks.",
    parameters: named,
    success: { status: 200, body: { "text/html": BYTES } },
    problems: [404],
  },
  {
    method: "get",
    path: "/models/{name}/{version}/files/{file}",
    id: "getFile",
    tag: "models",
    summary: "A file of a published version, which never changes",
    description: "With `Range`, a part of it. `file` may have slashes, such as `probes/probes.json`.",
    parameters: named.extend({ version: versionSchema, file: z.string().min(1) }),
    success: { status: 200, body: { "application/octet-stream": BYTES, "application/json": BYTES, "image/*": BYTES } },
    others: { 206: "The part that was asked for." },
    problems: [404, 413, 416],
  },
  {
    method: "get",
    path: "/healthz",
    id: "isAlive",
    tag: "server",
    summary: "The server is alive",
    success: { status: 200, body: json("Alive") },
    problems: [],
  },
  {
    method: "get",
    path: "/readyz",
    id: "isReady",
    tag: "server",
    summary: "A model is loaded, and one of its probes came out right",
    success: { status: 200, body: json("Ready") },
    problems: [503],
  },
  {
    method: "get",
    path: "/openapi.json",
    id: "getDocument",
    tag: "server",
    summary: "This document",
    success: { status: 200, body: { "application/json": BYTES } },
    others: { 304: "The reader's copy, by its ETag in If-None-Match, is still right." },
    problems: [],
  },
];

/** On Node. */
export const metricsOperations: readonly Operation[] = [
  {
    method: "get",
    path: "/metrics",
    id: "getMetrics",
    tag: "server",
    summary: "Metrics for Prometheus",
    description: "The owner's alone, by bearer token, where one is configured.",
    success: { status: 200, body: { "text/plain": BYTES } },
    problems: [401],
  },
];

/** Where a bucket takes photos that are too large for a request. */
export const uploadOperations: readonly Operation[] = [
  {
    method: "post",
    path: "/uploads",
    id: "createUpload",
    keyed: true,
    tag: "classify",
    summary: "A place for a photo that is too large for a request",
    description: "PUT the photo to `url` with `headers`, then ask `POST /classify?upload=…`, which deletes it.",
    body: json("UploadRequest"),
    success: { status: 201, body: json("Ticket") },
    problems: [400, 408, 413, 429, 503],
  },
];
