/**
 * Lambda's Runtime API: where the runtime client fetches its invocations and brings their answers.
 * Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Outcome {
  /** `failed`: the handler threw, or the runtime could not start. */
  kind: "answered" | "failed";
  body: Buffer;
}

export interface RuntimeApi {
  /** `127.0.0.1:PORT` */
  address: string;
  /** Hands over an event and waits for what comes of it. */
  invoke(event: string): Promise<Outcome>;
  /** The runtime is gone: every invocation without an outcome is given up, and nothing that it sent before is heard any more. */
  fail(reason: string): void;
  close(): void;
}

export interface RuntimeApiOptions {
  /** Milliseconds that an invocation may take; the handler is told. */
  timeout: number;
  /** The runtime asks for an invocation and there is none: Lambda freezes it. */
  onIdle(): void;
  /** An invocation is about to be handed over. */
  onInvoke(): void;
}

interface Invocation {
  id: string;
  event: string;
  settle(outcome: Outcome): void;
}

const read = async (request: IncomingMessage): Promise<Buffer> => Buffer.concat(await request.toArray());

const API = /^\/2018-06-01\/runtime\/(?:(init\/error)|invocation\/next|invocation\/([^/]+)\/(response|error))$/;

export const startRuntimeApi = async ({ timeout, onIdle, onInvoke }: RuntimeApiOptions): Promise<RuntimeApi> => {
  const waiting: Invocation[] = [];
  const running = new Map<string, Invocation>();
  let poll: ServerResponse | undefined;

  const handOver = () => {
    if (!poll || waiting.length === 0) return;
    const [response, invocation] = [poll, waiting.shift()!];
    poll = undefined;
    running.set(invocation.id, invocation);
    onInvoke();
    response.writeHead(200, {
      "content-type": "application/json",
      "lambda-runtime-aws-request-id": invocation.id,
      "lambda-runtime-deadline-ms": Date.now() + timeout,
      "lambda-runtime-invoked-function-arn": "arn:aws:lambda:eu-central-1:123456789012:function:whippet",
    });
    response.end(invocation.event);
  };

  const settle = (id: string, outcome: Outcome) => {
    running.get(id)?.settle(outcome);
    running.delete(id);
  };

  const fail = (reason: string) => {
    const failed = [...running.values(), ...waiting.splice(0)];
    running.clear();
    poll = undefined;
    server.closeAllConnections();
    for (const invocation of failed) invocation.settle({ kind: "failed", body: Buffer.from(reason) });
  };

  const server = createServer(async (request, response) => {
    const [matched, initError, id, what] = API.exec(request.url ?? "") ?? [];
    if (matched === undefined) return response.writeHead(404).end();
    if (initError === undefined && id === undefined) {
      poll = response;
      if (waiting.length === 0) onIdle();
      return handOver();
    }
    const body = await read(request);
    response.writeHead(202, { "content-type": "application/json" }).end("{}");
    if (id === undefined) response.on("finish", () => fail(body.toString()));
    else settle(id, { kind: what === "response" ? "answered" : "failed", body });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    invoke: (event) =>
      new Promise((resolve) => {
        waiting.push({ id: randomUUID(), event, settle: resolve });
        handOver();
      }),
    fail,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
};
