/** What the routes answer with, as schemas: the API's document is made of them, and tests hold answers to them. */
import { z } from "zod";
import type { Answer } from "../../shared/classifier/classifier.ts";
import { logPageSchema, trainingStateSchema } from "../../shared/jobs/jobs.ts";
import { jsonSchema, manifestSchema, nameSchema, versionSchema } from "../../shared/manifest.ts";
import type { ListedModel } from "../../shared/registry/list.ts";
import type { Ticket } from "../uploads/uploads.ts";

const unit = z.number().min(0).max(1);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const problem = z.object({
  title: z.string(),
  status: z.int(),
  detail: z.string().describe("What is wrong, with its value, and how to put it right."),
});

export const prediction = z.object({ label: z.string(), score: unit });

export const heatmap = z
  .object({
    label: z.string(),
    width: z.int(),
    height: z.int(),
    values: z.array(unit).describe("Row by row."),
    box: z
      .object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
      .describe("The part of the upright photo that it covers, in pixels."),
  })
  .describe(
    "Where in the photo the best label is seen; absent where the model has no such output, which `noHeatmap` then explains.",
  );

export const trace = z
  .object({ decoded: hash, tensor: hash, logits: z.array(z.number()), engine: z.string() })
  .describe("What must be equal wherever the same model answers about the same photo.");

export const answer = z.object({
  model: nameSchema,
  version: versionSchema,
  predictions: z.array(prediction).describe("The best first."),
  labels: z
    .array(prediction)
    .exactOptional()
    .describe(
      "Of a multi-label model: all that the photo shows, by each label's own threshold; the best first, perhaps none.",
    ),
  unknown: z.boolean().describe("The photo shows none of the labels, as far as the model can tell."),
  heatmap: heatmap.exactOptional(),
  noHeatmap: z.string().exactOptional().describe("Why there is none, where it was asked for."),
  trace: trace.exactOptional(),
}) satisfies z.ZodType<Omit<Answer, "trace">>;

export const answers = z.object({
  model: nameSchema,
  version: versionSchema,
  results: z.array(z.union([answer, z.object({ problem })])).describe("One per photo, in the form's order."),
});

/** One photo is answered as itself, several as a list. */
export const classifyAnswer = z.union([answer, answers]);

export const huggingFaceAnswer = z.array(prediction);

export const modelList = z.object({
  default: nameSchema.exactOptional().describe("Answers where a request names no model."),
  models: z.array(
    z.object({
      name: nameSchema,
      version: versionSchema.exactOptional(),
      changed: z.iso.datetime().exactOptional(),
      task: manifestSchema.shape.task.exactOptional(),
      labels: z.int().exactOptional(),
      created: z.iso.datetime().exactOptional(),
      damage: z.string().exactOptional().describe("Why its pointer or its manifest cannot be read."),
    }) satisfies z.ZodType<ListedModel>,
  ),
});

export const ticket = z.object({
  upload: z.string(),
  method: z.literal("PUT"),
  url: z.url(),
  headers: z.record(z.string(), z.string()),
  expires: z.iso.datetime(),
}) satisfies z.ZodType<Ticket>;

export const alive = z.object({ alive: z.literal(true) });

export const ready = z.object({
  ready: z.literal(true),
  model: nameSchema,
  version: versionSchema,
  engine: z.string(),
  warnings: z
    .array(z.string())
    .describe("What is wrong with the store, or with a version that was promoted; empty while all is well."),
});

export const moved = z
  .object({
    model: nameSchema,
    version: versionSchema,
    share: unit.exactOptional().describe("Of the requests; all of them where it is absent."),
  })
  .describe("The version that answers now.");

export const submitted = z.object({
  id: z.string(),
  model: nameSchema,
  device: z.enum(["cpu", "gpu"]),
  shards: z.int(),
});

export const trainingList = z.object({
  devices: z.array(z.enum(["cpu", "gpu"])),
  trainings: z.array(trainingStateSchema),
});

export const kept = z.object({ model: z.string(), label: z.string(), sha256: hash });

export const feedbackList = z.object({
  feedback: z.array(z.object({ label: z.string(), file: z.string(), bytes: z.int(), received: z.iso.datetime() })),
});

/** By the name that the document gives them. */
export const namedAnswers = {
  Json: jsonSchema,
  Problem: problem,
  Prediction: prediction,
  Heatmap: heatmap,
  Trace: trace,
  Answer: answer,
  Answers: answers,
  ClassifyAnswer: classifyAnswer,
  HuggingFaceAnswer: huggingFaceAnswer,
  ModelList: modelList,
  Manifest: manifestSchema,
  Ticket: ticket,
  Alive: alive,
  Ready: ready,
  Moved: moved,
  Kept: kept,
  FeedbackList: feedbackList,
  Submitted: submitted,
  TrainingList: trainingList,
  TrainingState: trainingStateSchema,
  LogPage: logPageSchema,
} as const satisfies Record<string, z.ZodType>;

export type AnswerName = keyof typeof namedAnswers;
