/** The page's side of the worker that runs models in this browser. */
import type { Manifest } from "../../../../shared/manifest.ts";
import type { InputSpec } from "../../../../shared/pixels/pixels.ts";
import { ENTRY_URL } from "../../assets/names.ts";
import { CannotRunHere, Refusal } from "../told.ts";
import type { DecodeQuestion, LocalAnswer, ModelQuestion, Progress, Question, Reply } from "./messages.ts";

export interface LocalClient {
  /** Loads the model where it is not loaded. @throws CannotRunHere */
  load(manifest: Manifest, onProgress: (progress: Progress) => void): Promise<void>;
  /** @throws Refusal with the photo's problem; CannotRunHere */
  classify(manifest: Manifest, photo: Blob, options: NonNullable<ModelQuestion["options"]>): Promise<LocalAnswer>;
  /** @returns the photo as the server would decode it for `input`; undefined where it is better sent otherwise. @throws Refusal */
  decode(photo: Blob, input: InputSpec): Promise<Blob | undefined>;
  /** Lets the model go. */
  stop(): void;
}

/** The last one, with what was asked for. */
type LastReply = Exclude<Reply, { loaded: Progress } | { failed: string }>;

interface Waiting {
  resolve(reply: LastReply): void;
  reject(error: Refusal): void;
  onProgress(progress: Progress): void;
}

const nothing = (): void => {};

export const startLocalClient = (): LocalClient => {
  const worker = new Worker(ENTRY_URL, { type: "module" });
  const waiting = new Map<number, Waiting>();
  let questions = 0;
  let broken: CannotRunHere | undefined;

  worker.onmessage = ({ data: reply }: MessageEvent<Reply>) => {
    const asked = waiting.get(reply.id);
    if (!asked) return;
    if ("loaded" in reply) return asked.onProgress(reply.loaded);
    waiting.delete(reply.id);
    if (!("failed" in reply)) asked.resolve(reply);
    else if (reply.status === undefined) asked.reject(new CannotRunHere(reply.failed));
    else asked.reject(new Refusal(reply.failed, reply.status));
  };
  const end = (why: CannotRunHere): void => {
    broken = why;
    worker.terminate();
    for (const { reject } of waiting.values()) reject(why);
    waiting.clear();
  };
  // its script did not come, or this browser cannot read it
  worker.onerror = ({ message }) =>
    end(new CannotRunHere(message || "the script that runs models could not be loaded"));

  const ask = (
    question: Omit<ModelQuestion, "id"> | Omit<DecodeQuestion, "id">,
    onProgress: Waiting["onProgress"],
  ): Promise<LastReply> =>
    new Promise((resolve, reject) => {
      if (broken) return reject(broken);
      const id = ++questions;
      waiting.set(id, { resolve, reject, onProgress });
      worker.postMessage({ id, ...question } satisfies Question);
    });

  return {
    load: async (manifest, onProgress) => void (await ask({ manifest }, onProgress)),
    classify: async (manifest, photo, options) =>
      ((await ask({ manifest, photo, options }, nothing)) as { answer: LocalAnswer }).answer,
    decode: async (decode, input) => ((await ask({ decode, input }, nothing)) as { decoded: Blob | undefined }).decoded,
    stop: () => end(new CannotRunHere("the switch was turned off")),
  };
};
