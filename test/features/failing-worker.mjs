/** A worker thread that dies of its third photo, and never has done with one of one byte. */
import { parentPort } from "node:worker_threads";

let photos = 0;
parentPort.on("message", ({ job, kind, task }) => {
  if (kind === "run" && task.photo.length === 1) for (;;);
  if (kind === "run" && ++photos === 3) throw new RangeError("out of memory");
  parentPort.postMessage({ job, kind: "done", answer: [] });
});
