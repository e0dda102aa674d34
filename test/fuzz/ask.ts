/** Sends what is to be sent, and says what came back and how long it took. */
import { connect } from "node:net";
import type { Way } from "./ways.ts";

/** Longer than this nothing may take. */
export const HANG_MS = 5_000;

export interface Heard {
  /** Undefined: the connection was closed without an answer. */
  status: number | undefined;
  /** The answer's body. */
  text: string;
  milliseconds: number;
}

/** By a client that does everything right, and has a key. @throws Error when there is no answer */
export const ask = async (url: string, key: string, { path, headers = {}, body }: Way): Promise<Heard> => {
  const started = performance.now();
  const authorization = `Bearer ${key}`;
  const response = await fetch(`${url}${path}`, { method: "POST", headers: { ...headers, authorization }, body });
  const text = await response.text();
  return { status: response.status, text, milliseconds: performance.now() - started };
};

/** After so long without an answer a request is taken for unfinished, and its connection is ended on this side. */
const PATIENCE_MS = 1000;

/** Whether an answer is there with its body; one that does not say how long that is ends with its connection. */
const isWhole = (answer: string): boolean => {
  const head = answer.indexOf("\r\n\r\n");
  const length = /^content-length: *(\d+)/im.exec(answer.slice(0, head))?.[1];
  return head >= 0 && answer.length >= head + 4 + Number(length ?? Number.POSITIVE_INFINITY);
};

/** Any bytes, over a connection of their own. */
export const askRaw = (url: string, bytes: Uint8Array): Promise<Heard> =>
  new Promise((resolve) => {
    const { port, hostname } = new URL(url);
    const started = performance.now();
    const socket = connect(Number(port), hostname);
    let text = "";
    const ending = setTimeout(() => socket.end(), PATIENCE_MS);
    const done = () => {
      clearTimeout(ending);
      socket.destroy();
      const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
      resolve({
        status: status === undefined ? undefined : Number(status),
        text: text.slice(text.indexOf("\r\n\r\n") + 4),
        milliseconds: performance.now() - started,
      });
    };
    // an interim answer is none
    socket.on("data", (data) => {
      text = (text + data.toString("latin1")).replace(/^HTTP\/1\.1 1\d\d[\s\S]*?\r\n\r\n/, "");
      if (isWhole(text)) done();
    });
    socket.on("error", () => undefined);
    socket.on("close", done);
    socket.write(bytes);
    setTimeout(done, 2 * HANG_MS).unref();
  });
