/** The thread of `hostile-thread.ts`: whatever a plan does to it, the test goes on. */
import { parentPort } from "node:worker_threads";
import { runHostile } from "./hostile.ts";

parentPort!.on("message", ({ bytes, limits }: { bytes: Uint8Array; limits?: { bytes: number; work: number } }) => {
  try {
    parentPort!.postMessage(runHostile(bytes, limits));
  } catch (error) {
    parentPort!.postMessage({ broken: String(error) });
  }
});
