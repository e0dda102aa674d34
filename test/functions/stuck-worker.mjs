/** A worker thread that a photo of one byte keeps busy for ever, and one of two bytes makes fall over. */
import { parentPort, threadId } from "node:worker_threads";

const models = new Set();
parentPort.on("message", ({ job, kind, opened, task }) => {
  if (kind === "open") models.add(opened);
  if (kind === "run" && task.photo.length === 1) for (;;);
  if (kind === "run" && task.photo.length === 2) process.exit(1);
  if (kind === "run" && !models.has(opened)) throw new Error(`there is no model ${opened} here`);
  // which thread answered stands where the version does
  const answer = { model: String(opened), version: String(threadId), predictions: [], unknown: false };
  parentPort.postMessage({ job, kind: "done", answer });
});
