/** A worker thread of the pool: photo to tensor to model output, one photo at a time. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { parentPort } from "node:worker_threads";
import type { Session } from "../../shared/engine/engine.ts";
import { createNativeEngine } from "../../shared/engine/native.ts";
import { createWebEngine } from "../../shared/engine/web.ts";
import { nodeLimits } from "../../shared/limits.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import { toTensor } from "../../shared/pixels/normalise.ts";
import { Problem } from "../../shared/problem.ts";
import { augment } from "../augment/augment.ts";
import { decodeTrainingPhoto } from "../dataset/decode/decode-photo.ts";
import type { Answer, Item, Request, Work } from "./messages.ts";

interface Opened {
  input: Work["input"];
  /** Loaded once, when the first photo needs it. */
  session?: Promise<Session>;
}

const port = parentPort!;
const opened = new Map<number, Opened>();

const load = async ({ input, model }: Work): Promise<Session> => {
  const { bytes, precision, engine } = model!;
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

const run = async ({ photo, views }: Item, { input, session }: Opened): Promise<Float32Array[]> => {
  const decoded = await decodeTrainingPhoto(await readPhoto(photo), input, await loadCodecs(), nodeLimits.photo);
  const outputs: Float32Array[] = [];
  for (const view of views) {
    const tensor = toTensor(augment(decoded, input, view), input);
    // Sliced, because a runtime may hand out a window on its own memory
    outputs.push(session ? (await (await session).run(tensor)).logits.slice() : tensor);
  }
  return outputs;
};

const answer = async (index: number, item: Item, work: Opened): Promise<Answer> => {
  try {
    return { kind: "done", index, outputs: await run(item, work) };
  } catch (error) {
    if (error instanceof Problem) return { kind: "problem", index, status: error.status, detail: error.message };
    return { kind: "failed", index, error: error instanceof Error ? error : new Error(String(error)) };
  }
};

const free = async (work: number): Promise<void> => {
  const session = opened.get(work)?.session;
  opened.delete(work);
  // One that never loaded has said so to the run that asked for it
  await session?.then(
    (loaded) => loaded.dispose(),
    () => undefined,
  );
};

port.on("message", async (request: Request) => {
  switch (request.kind) {
    case "open":
      opened.set(request.work, {
        input: request.open.input,
        ...(request.open.model && { session: load(request.open) }),
      });
      // Who runs a photo hears of a failure; until then nobody listens
      opened.get(request.work)!.session?.catch(() => undefined);
      break;
    case "run": {
      const message = await answer(request.index, request.item, opened.get(request.work)!);
      const transfer = message.kind === "done" ? message.outputs.map(({ buffer }) => buffer as ArrayBuffer) : [];
      port.postMessage(message, transfer);
      break;
    }
    case "free":
      await free(request.work);
      break;
    case "close":
      for (const work of [...opened.keys()]) await free(work);
      port.close();
  }
});
