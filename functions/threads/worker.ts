/** A worker thread of the server: it decodes photos and runs models, so that the main thread can always answer, and end it. */
import { workerData } from "node:worker_threads";
import { type Classifier, createClassifier } from "../../shared/classifier/classifier.ts";
import { systemClock } from "../../shared/classifier/clock.ts";
import type { Session } from "../../shared/engine/engine.ts";
import { isPlan } from "../../shared/engine/lean/is-plan.ts";
import { createNativeEngine } from "../../shared/engine/native.ts";
import { createWebEngine } from "../../shared/engine/web.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import { answerRequests } from "../../shared/threads/answer.ts";
import type { ThreadAnswer, ThreadModel, ThreadSettings, ThreadTask } from "./messages.ts";

interface Loaded {
  session: Session;
  classifier: Classifier;
}

const { engine: kind, limits } = workerData as ThreadSettings;
const engine = await (kind === "native" ? createNativeEngine() : createWebEngine());
const codecs = await loadCodecs();

answerRequests<ThreadModel, Loaded, ThreadTask, ThreadAnswer>({
  async open({ manifest, precision, bytes }) {
    // onnxruntime takes no shared memory: this copy lives until the session is made
    const own = isPlan(bytes) ? bytes : bytes.slice();
    const session = await engine.load({ bytes: own, precision, size: manifest.input.size, verified: true });
    const classifier = createClassifier({ manifest, session, engine, codecs, limits, clock: systemClock });
    return { session, classifier };
  },
  run: ({ classifier }, { photo, options }) => classifier.classify(photo, options),
  free: ({ session }) => session.dispose(),
});
