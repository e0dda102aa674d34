/** A worker thread that dies of its third photo. */
import { parentPort } from "node:worker_threads";

let photos = 0;
parentPort.on("message", ({ kind, index }) => {
  if (kind === "close") parentPort.close();
  if (kind !== "run") return;
  if (++photos === 3) throw new RangeError("out of memory");
  parentPort.postMessage({ kind: "done", index, outputs: [] });
});
