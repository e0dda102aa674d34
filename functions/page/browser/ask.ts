/** Asks the server about one photo, and tells how far its upload is. */

export interface Answer {
  model: string;
  version: string;
  predictions: { label: string; score: number }[];
  unknown: boolean;
  heatmap?: {
    width: number;
    height: number;
    /** Row by row, 0 to 1. */
    values: number[];
    /** Of the upright photo's pixels. */
    box: { x: number; y: number; width: number; height: number };
  };
}

export interface Told {
  answer: Answer;
  requestId: string | undefined;
  /** Milliseconds of each step, where they were measured. */
  steps: [name: string, milliseconds: number][];
}

/** What the server said no to, or a connection that broke. */
export class Refusal extends Error {
  readonly status: number;
  constructor(message: string, status = 0) {
    super(message);
    this.status = status;
  }
}

export interface Question {
  photo: Blob;
  model: string;
  key: string | undefined;
  /** From 0 to 1. */
  onUploaded: (share: number) => void;
  signal: AbortSignal;
}

/** @throws Refusal; the signal's reason */
export const ask = ({ photo, model, key, onUploaded, signal }: Question): Promise<Told> =>
  new Promise((resolve, reject) => {
    // fetch says nothing of uploads
    const request = new XMLHttpRequest();
    request.open("POST", `/classify?heatmap=1&model=${encodeURIComponent(model)}`);
    request.responseType = "text";
    request.setRequestHeader("content-type", photo.type || "application/octet-stream");
    if (key) request.setRequestHeader("authorization", `Bearer ${key}`);
    const begun = performance.now();
    let uploaded: number | undefined;
    request.upload.onprogress = ({ loaded, total }) => onUploaded(total > 0 ? loaded / total : 0);
    request.upload.onload = () => {
      uploaded = performance.now() - begun;
      onUploaded(1);
    };
    request.onerror = () => reject(new Refusal("The server cannot be reached. Is this machine online?"));
    request.onload = () => {
      const body = parsed(request.responseText);
      if (request.status !== 200) return reject(refusal(request, body));
      const total = performance.now() - begun;
      const steps = timingsOf(request.getResponseHeader("server-timing"));
      resolve({
        answer: body as Answer,
        requestId: request.getResponseHeader("x-request-id") ?? undefined,
        steps: [
          ...(uploaded === undefined ? [] : [["upload", uploaded] as [string, number]]),
          ...steps,
          ["in all", total],
        ],
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

const names: Record<string, string> = { decode: "decoding", pixels: "resizing", infer: "model" };

/** Of `decode;dur=3.1, pixels;dur=1.9, infer;dur=14.2`. */
export const timingsOf = (header: string | null): [string, number][] =>
  (header ?? "").split(",").flatMap((step) => {
    const [, name, duration] = /^\s*(\w+);dur=([\d.]+)/.exec(step) ?? [];
    return name === undefined ? [] : [[names[name] ?? name, Number(duration)] as [string, number]];
  });
