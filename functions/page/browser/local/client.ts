/** The page's side of the worker that runs models in this browser. */
import type { Manifest } from "../../../../shared/manifest.ts";
import { ENTRY_URL } from "../../assets/names.ts";
import { CannotRunHere, Refusal } from "../told.ts";
import type { LocalAnswer, Progress, Question, Reply } from "./messages.ts";

export interface LocalClient {
  /** Loads the model where it is not loaded. @throws CannotRunHere */
  load(manifest: Manifest, onProgress: (progress: Progress) => void): Promise<void>;
  /** @throws Refusal with the photo's problem; CannotRunHere */
  classify(manifest: Manifest, photo: Blob, options: NonNullable<Question["options"]>): Promise<LocalAnswer>;
  /** Lets the model go. */
  stop(): void;
}

interface Waiting {
  resolve(answer: LocalAnswer | undefined): void;
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
    if ("answer" in reply) asked.resolve(reply.answer);
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

  const ask = (question: Omit<Question, "id">, onProgress: Waiting["onProgress"]): Promise<LocalAnswer | undefined> =>
    new Promise((resolve, reject) => {
      if (broken) return reject(broken);
      const id = ++questions;
      waiting.set(id, { resolve, reject, onProgress });
      worker.postMessage({ id, ...question } satisfies Question);
    });

  return {
    load: async (manifest, onProgress) => void (await ask({ manifest }, onProgress)),
    classify: async (manifest, photo, options) => (await ask({ manifest, photo, options }, nothing))!,
    stop: () => end(new CannotRunHere("the switch was turned off")),
  };
};
