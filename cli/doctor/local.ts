/** What this machine has: Node, the engines, the decoders, the store, TensorFlow's view of a GPU. */
import { randomUUID } from "node:crypto";
import { createNativeEngine } from "../../shared/engine/native.ts";
import { createWebEngine } from "../../shared/engine/web.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import { listModels } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";
import { findCpuBinding, findGpu } from "../../training/task/tensorflow.ts";
import { count } from "../terminal.ts";
import { type Check, FixableError, off, ok } from "./check.ts";
import { tryToWrite } from "./writable.ts";

/** Of an installed package; a checkout wants 22.18 and says so before anything else runs. */
const OLDEST_NODE = 20;

const REINSTALL = "npm ci   (in an app: npm install whippet)";

const loaded = async (what: string, load: () => Promise<unknown>) => {
  try {
    await load();
  } catch (cause) {
    throw new FixableError(`${what} cannot be loaded: ${(cause as Error).message.split("\n")[0]}`, REINSTALL, {
      cause,
    });
  }
  return ok(what);
};

/** @param openStore called within the check, since a store's URL may be wrong */
export const localChecks = (openStore: () => Store): Check[] => [
  {
    name: "node",
    async look() {
      if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) return ok(`Node ${process.versions.node}`);
      throw new FixableError(`Node ${process.versions.node} is older than ${OLDEST_NODE}`, "npx node@22 …");
    },
  },
  {
    name: "native",
    // onnxruntime-node is large and not everywhere; serving does without it, training does not
    look: () => loaded("onnxruntime-node, which trains and serves", createNativeEngine),
  },
  { name: "web", look: () => loaded("WebAssembly, which serves anywhere", createWebEngine) },
  { name: "decoders", look: () => loaded("JPEG, PNG and WebP", loadCodecs) },
  {
    name: "gpu",
    async look() {
      const found = await findGpu();
      if ("tf" in found) return ok(`TensorFlow ${found.version} sees one: train with --device gpu`);
      return off(
        `trainings here use the CPU: ${found.lacks}`,
        `${found.fix}\nnpx whippet train <photos> --remote   trains on a GPU that is rented for it`,
      );
    },
  },
  {
    name: "blocks",
    async look() {
      const found = await findCpuBinding();
      if ("tf" in found) return ok(`TensorFlow ${found.version} trains them here (--fine-tune)`);
      if (found.state === "broken") throw new FixableError(found.lacks, found.fix);
      return off(`--fine-tune takes three times as long here: ${found.lacks}`, found.fix);
    },
  },
  {
    name: "store",
    async look() {
      const store = openStore();
      const models = await listModels(store);
      await tryToWrite(store, `models/doctor-${randomUUID()}`);
      return ok(`${store.url}, ${count(models.length)} models, can be written`);
    },
  },
];
