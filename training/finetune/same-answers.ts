/** Whether a network that was trained as TensorFlow.js operations says the same once it is an ONNX graph in onnxruntime. */
import { Problem } from "../../shared/problem.ts";
import type { Work } from "../features/messages.ts";
import type { Pool } from "../features/pool.ts";
import type { Head } from "../head/head.ts";
import { headLogits } from "../head/logits.ts";
import type { Answers } from "../judging/heads.ts";

export interface SameAnswersOptions {
  pool: Pool;
  photos: readonly { path: string }[];
  /** Features of the exported backbone. */
  work: Work;
  head: Head;
  /** By the trained network. */
  answer: Answers;
  signal?: AbortSignal | undefined;
}

/** Photos spread over all of them: enough to tell that the exported graph is what was trained. */
const COMPARED = 16;

/** Of the largest logit. */
export const TOLERANCE = 1e-4;

/** @throws Error when an answer differs by more than the tolerance */
export const requireSameAnswers = async (options: SameAnswersOptions): Promise<number> => {
  const { pool, photos, work, head, answer, signal } = options;
  const count = Math.min(COMPARED, photos.length);
  const chosen = Int32Array.from({ length: count }, (_, at) => Math.floor((at * photos.length) / count));
  const trained = await answer(head, {
    photo: chosen,
    features: new Float32Array(),
    labels: new Int32Array(count),
  });
  const opened = pool.open(work);
  const items = Array.from(chosen, (photo) => ({ photo: photos[photo]!.path, views: [{}] }));
  const outcomes = await pool.run(opened, items, { signal }).finally(() => pool.free(opened));
  let [off, largest] = [0, 0];
  for (const [at, outcome] of outcomes.entries()) {
    if (outcome instanceof Problem) throw outcome;
    const exported = headLogits(head, outcome[0]!)[0]!;
    for (const [label, logit] of exported.entries()) {
      off = Math.max(off, Math.abs(logit - trained[at]![label]!));
      largest = Math.max(largest, Math.abs(logit));
    }
  }
  if (!(off <= TOLERANCE * largest))
    throw new Error(
      `the fine-tuned graph's logits in onnxruntime are off by ${off} of ${largest} from those it was trained with; nothing was published, please report this`,
    );
  return off / largest;
};
