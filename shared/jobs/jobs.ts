/**
 * Trainings that run elsewhere, on machines that exist only while they work. One interface over AWS Batch (GPU), ECS on
 * Fargate (CPU), and another Whippet's owner routes.
 */
import { z } from "zod";
import type { TrainingJob } from "../training-job.ts";
import { trainingIdSchema } from "./id.ts";

/** `gpu`: an EC2 instance that AWS Batch starts. `cpu`: a Fargate task, for small sets. */
export type Device = TrainingJob["options"]["device"];

/** `queued` waits for its turn, `starting` for a machine or its image. The last three are final. */
export const states = ["queued", "starting", "running", "succeeded", "failed", "cancelled"] as const;
export type State = (typeof states)[number];

export const isFinal = (state: State): boolean => state === "succeeded" || state === "failed" || state === "cancelled";

export const trainingStateSchema = z.object({
  id: trainingIdSchema,
  /** The model's name. */
  model: z.string(),
  device: z.enum(["gpu", "cpu"]),
  state: z.enum(states),
  /** What it waits for, or why it ended. */
  detail: z.string().exactOptional(),
  /** Of the process that failed; see training-events.ts. */
  exitCode: z.int().exactOptional(),
  shards: z.int(),
  /** How many of them have their features; only of a training in shards. */
  shardsDone: z.int().exactOptional(),
  created: z.iso.datetime(),
  started: z.iso.datetime().exactOptional(),
  ended: z.iso.datetime().exactOptional(),
});

export type TrainingState = z.infer<typeof trainingStateSchema>;

export const logPageSchema = z.object({
  /** As it was before the log was read: what a training that has ended wrote is all there, or about to be. */
  state: trainingStateSchema,
  /** In the order in which they were written. */
  lines: z.array(
    z.object({
      /** Milliseconds since 1970. */
      time: z.number(),
      text: z.string(),
      /** Which shard wrote it; only of a training in shards. */
      shard: z.int().exactOptional(),
    }),
  ),
  /** Hand it to the next call, to read on from here; opaque. */
  next: z.string(),
  /** There is more already: a page is no longer than an answer may be, and asks AWS no more often than it likes. */
  more: z.boolean().exactOptional(),
});

export type LogPage = z.infer<typeof logPageSchema>;
export type LogLine = LogPage["lines"][number];

export interface Jobs {
  /** The devices there are, the one to prefer first. */
  readonly devices: readonly Device[];
  /**
   * @param job the one that publishes the model: of step "all", or of step "head", whose shards' features are then extracted
   *   before it. Its `options.device` says where it runs.
   * @returns the id it is known under from now on
   */
  submit(job: TrainingJob): Promise<string>;
  /** @throws Problem 404 when there is no such training */
  describe(id: string): Promise<TrainingState>;
  /** The latest first. */
  list(): Promise<TrainingState[]>;
  /** Ends it wherever it stands; one that has ended stays as it is. @throws Problem 404 when there is no such training */
  cancel(id: string, reason: string): Promise<void>;
  /** Where it stands, and what it has written since `from`, or since it began. @throws Problem 404 when there is no such training */
  log(id: string, from?: string): Promise<LogPage>;
}

/** Begins the reason of every job that its owner ended, so that it is told from one that failed. */
export const CANCELLED = "cancelled: ";
