/** Asks the server about one photo, and tells how far its upload is. */
import type { Answer } from "../../../shared/classifier/classifier.ts";
import type { Sent } from "./shrink.ts";
import { type Step, serverTimings, stepsOf } from "./steps.ts";
import { Refusal, type Told } from "./told.ts";

export interface Question extends Sent {
  model: string;
  /** How many predictions; undefined leaves it to the server. */
  top: number | undefined;
  key: string | undefined;
  /** From 0 to 1. */
  onUploaded: (share: number) => void;
  signal: AbortSignal;
}

/** @throws Refusal; the signal's reason */
export const ask = ({ photo, full, model, top, key, onUploaded, signal }: Question): Promise<Told> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const query = new URLSearchParams({ model, heatmap: "1", ...(top !== undefined && { top: String(top) }) });
    if (full) query.set("full", `${full.width}x${full.height}`);
    // fetch says nothing of uploads
    const request = new XMLHttpRequest();
    request.open("POST", `/classify?${query}`);
    request.responseType = "text";
    request.setRequestHeader("content-type", photo.type || "application/octet-stream");
    if (key) request.setRequestHeader("authorization", `Bearer ${key}`);
    const begun = performance.now();
    let uploaded = 0;
    request.upload.onprogress = ({ loaded, total }) => onUploaded(total > 0 ? loaded / total : 0);
    request.upload.onload = () => {
      uploaded = performance.now() - begun;
      onUploaded(1);
    };
    request.onerror = () => reject(new Refusal("The server cannot be reached. Is this machine online?"));
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status !== 200) return reject(refusal(request, body));
      const there = stepsOf(serverTimings(request.getResponseHeader("server-timing")));
      // browsers may say that all is sent when the answer is there already
      const longest = performance.now() - begun - there.reduce((sum, [, time]) => sum + time, 0);
      const upload: Step = ["upload", Math.max(0, Math.min(uploaded, longest))];
      resolve({
        answer: body as Answer,
        requestId: request.getResponseHeader("x-request-id") ?? undefined,
        steps: [upload, ...there],
      });
    };
    signal.addEventListener("abort", () => {
      request.abort();
      reject(signal.reason);
    });
    request.send(photo);
  });

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const refusal = ({ status, statusText }: XMLHttpRequest, body: unknown): Refusal => {
  const { title, detail } = (body ?? {}) as { title?: string; detail?: string };
  return new Refusal([title ?? `${status} ${statusText}`, detail].filter(Boolean).join(": "), status);
};
