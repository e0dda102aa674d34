/**
 * Stands in for training/task where a test is about following a training, not about the model: it says what a training says
 * and ends as the model's name asks. `slow` works until SIGTERM, `refused` is refused by the gate, `broken` breaks.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { TrainingEvent } from "../../shared/training-events.ts";
import { TRAINING_VARIABLE, trainingJobSchema } from "../../shared/training-job.ts";

const job = trainingJobSchema.parse(JSON.parse(process.env[TRAINING_VARIABLE]!));
const shard = Number(process.env.AWS_BATCH_JOB_ARRAY_INDEX ?? 0);
const say = (event: TrainingEvent): void =>
  void process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), training: job.id, ...event })}\n`);
const end = (code: number, event: TrainingEvent): void => {
  say(event);
  process.exitCode = code;
};

const stopping = new AbortController();
process.once("SIGTERM", () => stopping.abort());

say({ event: "started", name: job.name, step: job.step });
say({ event: "stage", stage: "features" });
say({ event: "progress", stage: "features", done: 5, total: 10 });
if (job.name === "slow") await sleep(600_000, undefined, { signal: stopping.signal }).catch(() => {});

if (stopping.signal.aborted) end(75, { event: "stopped", reason: "stopped by SIGTERM" });
else if (job.name === "broken") {
  process.stderr.write("Error: something that nobody foresaw\n");
  process.exitCode = 1;
} else if (job.step === "features") end(0, { event: "extracted", shard, photos: 10, cached: 0, skipped: 0 });
else {
  say({ event: "stage", stage: "features", summary: "20 photos in 2 classes", seconds: 1 });
  if (job.name === "refused") end(3, { event: "failed", error: "the gate refused every form" });
  else {
    const scores = { photos: 4, top1: 0.75, top5: 1, nll: 0.5, ece: 0.1 };
    end(0, {
      event: "done",
      model: job.name,
      version: "20261123T120000Z-1a2b3c4d5e6f",
      promoted: job.options.promote,
      existed: false,
      seconds: 12,
      photos: 20,
      classes: 2,
      metrics: { float: scores, served: scores, agreement: 0.99 },
    });
  }
}
