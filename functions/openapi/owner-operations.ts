/** The owner's routes, by bearer token. */
import { z } from "zod";
import { trainingIdSchema } from "../../shared/jobs/id.ts";
import { nameSchema } from "../../shared/manifest.ts";
import { logQuery } from "../owner/log-query.ts";
import { json, type Operation } from "./operation.ts";

const named = z.object({ name: nameSchema });
const training = z.object({ id: trainingIdSchema });

/** Where a token is configured. */
export const ownerOperations: readonly Operation[] = [
  {
    method: "post",
    path: "/models/{name}/promote",
    id: "promote",
    tag: "owner",
    summary: "Let a version answer all requests, or try it on a share of them",
    parameters: named,
    body: json("Promotion"),
    success: { status: 200, body: json("Moved") },
    problems: [400, 401, 404, 408, 409, 413, 429, 503],
  },
  {
    method: "post",
    path: "/models/{name}/rollback",
    id: "rollback",
    tag: "owner",
    summary: "End the trial of a candidate, else let the version before answer again",
    parameters: named,
    success: { status: 200, body: json("Moved") },
    problems: [401, 404, 409, 429, 503],
  },
];

/** Where trainings run elsewhere. */
export const trainingOperations: readonly Operation[] = [
  {
    method: "post",
    path: "/trainings",
    id: "train",
    tag: "owner",
    summary: "Start a training",
    body: json("TrainingRequest"),
    success: { status: 202, body: json("Submitted") },
    problems: [400, 401, 408, 413, 429, 503],
  },
  {
    method: "get",
    path: "/trainings",
    id: "listTrainings",
    tag: "owner",
    summary: "The trainings, the latest first",
    success: { status: 200, body: json("TrainingList") },
    problems: [401, 503],
  },
  {
    method: "get",
    path: "/trainings/{id}",
    id: "getTraining",
    tag: "owner",
    summary: "How a training stands",
    parameters: training,
    success: { status: 200, body: json("TrainingState") },
    problems: [401, 404, 503],
  },
  {
    method: "get",
    path: "/trainings/{id}/log",
    id: "getTrainingLog",
    tag: "owner",
    summary: "What a training has written",
    parameters: training,
    query: logQuery,
    success: { status: 200, body: json("LogPage") },
    problems: [400, 401, 404, 503],
  },
  {
    method: "delete",
    path: "/trainings/{id}",
    id: "cancelTraining",
    tag: "owner",
    summary: "End a training",
    parameters: training,
    success: { status: 202, body: json("TrainingState") },
    problems: [401, 404, 503],
  },
];
