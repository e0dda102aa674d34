/** A worker thread of the server: it decodes photos and runs models, so that the main thread can always answer, and end it. */
import { parentPort, workerData } from "node:worker_threads";
import { type Classifier, createClassifier } from "../../shared/classifier/classifier.ts";
import { systemClock } from "../../shared/classifier/clock.ts";
import type { Session } from "../../shared/engine/engine.ts";
import { isPlan } from "../../shared/engine/lean/is-plan.ts";
import { createNativeEngine } from "../../shared/engine/native.ts";
import { createWebEngine } from "../../shared/engine/web.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import { Problem } from "../../shared/problem.ts";
import type { Outcome, Request, ThreadModel, ThreadSettings, Work } from "./messages.ts";

const { engine: kind, limits } = workerData as ThreadSettings;
const port = parentPort!;
const engine = await (kind === "native" ? createNativeEngine() : createWebEngine());
const codecs = await loadCodecs();
const models = new Map<number, { session: Session; classifier: Classifier }>();

const load = async ({ manifest, precision, bytes }: ThreadModel) => {
  // onnxruntime takes no shared memory: this copy lives until the session is made
  const own = isPlan(bytes) ? bytes : bytes.slice();
  const session = await engine.load({ bytes: own, precision, size: manifest.input.size, verified: true });
  const classifier = createClassifier({ manifest, session, engine, codecs, limits, clock: systemClock });
  return { session, classifier };
};

const perform = async (work: Work): Promise<Outcome> => {
  switch (work.kind) {
    case "load":
      models.set(work.model, await load(work.source));
      return { kind: "done" };
    case "classify":
      return { kind: "done", answer: await models.get(work.model)!.classifier.classify(work.photo, work.options) };
    case "dispose": {
      const model = models.get(work.model);
      models.delete(work.model);
      await model?.session.dispose();
      return { kind: "done" };
    }
  }
};

const failure = (error: unknown): Outcome => {
  if (error instanceof Problem) {
    const { status, message: detail, title, retryAfter } = error;
    return { kind: "problem", status, detail, title, retryAfter };
  }
  return { kind: "failed", error: error instanceof Error ? error : new Error(String(error)) };
};

port.on("message", async ({ job, ...work }: Request) => {
  port.postMessage({ job, ...(await perform(work).catch(failure)) });
});
