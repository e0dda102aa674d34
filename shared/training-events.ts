/**
 * What a training that runs elsewhere says of itself: one JSON object a line on stdout. Whoever follows its log reads them
 * back; lines that are none (a native library's warning) are for people only.
 */
import { z } from "zod";
import { scoresSchema } from "./manifest.ts";

/** How the process ends, by its exit code. */
export const exitCodes = {
  done: 0,
  /** Running it again as it is would fail again. */
  failed: 1,
  /** The job's settings are wrong. */
  settings: 2,
  /** The gate refused every form of the model. */
  refused: 3,
  /**
   * Stopped by SIGTERM after saving what was computed: the next attempt goes on from there. 75 is EX_TEMPFAIL of sysexits.h,
   * "the user is invited to retry".
   */
  stopped: 75,
} as const;

const events = [
  z.object({ event: z.literal("started"), name: z.string(), step: z.string(), shard: z.int().optional() }),
  /** A stage began; with `summary` it ended, and this is what it came to. */
  z.object({
    event: z.literal("stage"),
    stage: z.string(),
    summary: z.string().optional(),
    seconds: z.number().optional(),
  }),
  z.object({ event: z.literal("progress"), stage: z.string(), done: z.int(), total: z.int() }),
  z.object({
    event: z.literal("epoch"),
    epoch: z.int(),
    loss: z.number(),
    accuracy: z.number(),
    validationLoss: z.number().optional(),
    validationAccuracy: z.number().optional(),
    /** Since the head's training began. */
    seconds: z.number(),
  }),
  /** Something worth reading: a warning, a skipped file, a damaged checkpoint. */
  z.object({ event: z.literal("note"), text: z.string() }),
  /** This shard's features are there. */
  z.object({ event: z.literal("extracted"), shard: z.int(), photos: z.int(), cached: z.int(), skipped: z.int() }),
  /** A trial of a sweep is over: its settings, and how it was judged. */
  z.object({
    event: z.literal("trial"),
    trial: z.record(z.string(), z.union([z.string(), z.number()])),
    scores: scoresSchema,
  }),
  /** The model is published. */
  z.object({
    event: z.literal("done"),
    model: z.string(),
    version: z.string(),
    promoted: z.boolean(),
    /** It was there before this run: an earlier attempt had published it. */
    existed: z.boolean(),
    seconds: z.number(),
    photos: z.int(),
    classes: z.int(),
    metrics: z.object({
      float: scoresSchema.optional(),
      served: scoresSchema.optional(),
      agreement: z.number(),
    }),
  }),
  /** SIGTERM came: what was computed is saved, the next attempt goes on from there. */
  z.object({ event: z.literal("stopped"), reason: z.string() }),
  z.object({ event: z.literal("failed"), error: z.string() }),
] as const;

/** One line of the log, without the time and the training it belongs to. */
export const trainingEventSchema = z.discriminatedUnion("event", events);
export type TrainingEvent = z.infer<typeof trainingEventSchema>;

const lineSchema = z.object({ time: z.iso.datetime(), training: z.string() }).and(trainingEventSchema);
export type TrainingLine = z.infer<typeof lineSchema>;

/** @returns undefined for a line that is no event */
export const parseTrainingLine = (line: string): TrainingLine | undefined => {
  if (!line.startsWith("{")) return undefined;
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
};
