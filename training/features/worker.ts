/** A worker thread of the pool: photo to tensor to model output, one photo at a time. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { workerData } from "node:worker_threads";
import type { Session } from "../../shared/engine/engine.ts";
import { createNativeEngine } from "../../shared/engine/native.ts";
import { createWebEngine } from "../../shared/engine/web.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import type { Limits } from "../../shared/pixels/limits.ts";
import { toTensor } from "../../shared/pixels/normalise.ts";
import { Problem } from "../../shared/problem.ts";
import { answerRequests } from "../../shared/threads/answer.ts";
import { augment } from "../augment/augment.ts";
import { decodeTrainingPhoto } from "../dataset/decode/decode-photo.ts";
import type { Item, Work } from "./messages.ts";

const limits = workerData as Limits;

interface Opened {
  input: Work["input"];
  session: Session | undefined;
}

const load = async ({ input, model }: Required<Work>): Promise<Session> => {
  const { bytes, precision, engine } = model;
  const runtime = await (engine === "native" ? createNativeEngine() : createWebEngine());
  // The runtimes take no shared memory: this copy is the thread's own, and lives only until the session is made
  return runtime.load({ bytes: bytes.slice(), precision, size: input.size });
};

const readPhoto = async (photo: string | Uint8Array): Promise<Uint8Array> => {
  if (typeof photo !== "string") return photo;
  try {
    return await readFile(photo);
  } catch (cause) {
    throw new Problem(400, `${basename(photo)} cannot be read (${String(cause)}); make it readable or remove it`, {
      cause,
    });
  }
};

answerRequests<Work, Opened, Item, Float32Array[]>({
  open: async ({ input, model }) => ({ input, session: model && (await load({ input, model })) }),
  async run({ input, session }, { photo, views }) {
    const decoded = await decodeTrainingPhoto(await readPhoto(photo), input, await loadCodecs(), limits);
    const outputs: Float32Array[] = [];
    for (const view of views) {
      const tensor = toTensor(augment(decoded, input, view), input);
      // Sliced, because a runtime may hand out a window on its own memory
      outputs.push(session ? (await session.run(tensor)).logits.slice() : tensor);
    }
    return outputs;
  },
  free: async ({ session }) => session?.dispose(),
  transfer: (outputs) => outputs.map(({ buffer }) => buffer as ArrayBuffer),
});
