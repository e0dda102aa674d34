/** A worker thread that a photo of one byte keeps busy for ever, and one of two bytes makes fall over. */
import { parentPort, threadId } from "node:worker_threads";

parentPort.on("message", ({ job, kind, photo, model }) => {
  if (kind === "classify" && photo.length === 1) for (;;);
  if (kind === "classify" && photo.length === 2) process.exit(1);
  // which thread answered stands where the version does
  const answer = { model: String(model), version: String(threadId), predictions: [], unknown: false };
  parentPort.postMessage({ job, kind: "done", answer });
});
