/** Where feedback is on: what anyone may send, and what its owner may do with it. */
import { z } from "zod";
import { nameSchema } from "../../shared/manifest.ts";
import { json, type Operation } from "./operation.ts";

const named = z.object({ name: nameSchema });

export const feedbackOperations: readonly Operation[] = [
  {
    method: "post",
    path: "/models/{name}/feedback",
    id: "sendFeedback",
    keyed: true,
    tag: "classify",
    summary: "Say what is really in a photo",
    description: "The photo is kept without its EXIF, for the model's next training.",
    parameters: named,
    body: { "multipart/form-data": "FeedbackForm" },
    success: { status: 201, body: json("Kept") },
    problems: [400, 404, 408, 413, 415, 422, 429, 503],
  },
];

/** Where there is an owner too. */
export const feedbackOwnerOperations: readonly Operation[] = [
  {
    method: "get",
    path: "/models/{name}/feedback",
    id: "listFeedback",
    tag: "owner",
    summary: "The photos that were sent, the oldest first",
    parameters: named,
    success: { status: 200, body: json("FeedbackList") },
    problems: [401, 404],
  },
  {
    method: "delete",
    path: "/models/{name}/feedback/{label}/{file}",
    id: "deleteFeedback",
    tag: "owner",
    summary: "Forget a photo",
    parameters: named.extend({ label: z.string(), file: z.string() }),
    success: { status: 204, body: {} },
    problems: [401, 404],
  },
];
