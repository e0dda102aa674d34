/**
 * Stands between a client and an HTTP server and spoils requests of one's choice, in each way that a network, a balancer or
 * an overloaded server does.
 */
import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export const networkFaults = [
  "drops the request",
  "answers 503",
  "performs it and drops the answer",
  "performs it and breaks off in the answer",
  "performs it and never answers",
  "performs it once the client has given up",
] as const;
export type NetworkFault = (typeof networkFaults)[number];

export interface FaultyProxy {
  endpoint: string;
  /** How many requests came since `spoil`. */
  requests(): number;
  /** Resolves when there have been so many. */
  reached(requests: number): Promise<void>;
  /** From now on counts requests anew, and spoils number `at` (from 0), or that one and all after it. */
  spoil(at: number, fault: NetworkFault, how: "once" | "from then on"): void;
  /** Spoils nothing any more, once everything that was to be performed has been. */
  heal(): Promise<void>;
  stop(): Promise<void>;
}

interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

const overloaded =
  '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

/** @param target such as `http://127.0.0.1:8333`; it sees the client's own Host, which signatures cover */
export const startFaultyProxy = async (target: string): Promise<FaultyProxy> => {
  let count = 0;
  let spoiled = (_: number): NetworkFault | undefined => undefined;
  const late = new Set<Promise<unknown>>();
  const came = new EventEmitter();

  const perform = async ({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> => {
    const sent = request(new URL(url!, target), { method, headers, agent: false });
    sent.end(body);
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    return { status: answer.statusCode!, headers: answer.headers, body: await buffer(answer) };
  };

  const pass = (response: ServerResponse, { status, headers, body }: Answer) => {
    response.writeHead(status, headers).end(body);
  };

  const spoil = async (fault: NetworkFault, asked: IncomingMessage, response: ServerResponse, body: Buffer) => {
    const gone = once(response, "close");
    if (fault === "drops the request") return void response.destroy();
    if (fault === "answers 503") return pass(response, { status: 503, headers: {}, body: Buffer.from(overloaded) });
    if (fault === "performs it once the client has given up") {
      await gone;
      return void (await perform(asked, body));
    }
    const answer = await perform(asked, body);
    if (fault === "performs it and never answers") return;
    if (fault === "performs it and breaks off in the answer" && answer.body.length > 0) {
      response.writeHead(answer.status, answer.headers);
      await new Promise((resolve) => response.write(answer.body.subarray(0, answer.body.length / 2), resolve));
    }
    response.destroy();
  };

  const server = createServer((asked, response) => {
    const fault = spoiled(count++);
    came.emit("request");
    const answered = buffer(asked).then(async (body) => {
      if (fault === undefined) pass(response, await perform(asked, body));
      else await spoil(fault, asked, response, body);
    });
    // a client that leaves in the middle of its request is no concern of ours
    const settled = answered.catch(() => void response.destroy());
    late.add(settled);
    void settled.then(() => late.delete(settled));
  });
  // the server's own patience must not decide what a test sees
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => count,
    async reached(requests) {
      while (count < requests) await once(came, "request");
    },
    spoil(at, fault, how) {
      count = 0;
      spoiled = (number) => (number === at || (how === "from then on" && number > at) ? fault : undefined);
    },
    async heal() {
      spoiled = () => undefined;
      await Promise.all(late);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
