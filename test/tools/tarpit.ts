/** A server that answers every request with one answer, or accepts it and never does. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Tarpit {
  endpoint: string;
  stop(): Promise<void>;
}

export const startTarpit = async (answer?: { status: number; code: string; message: string }): Promise<Tarpit> => {
  const server = createServer((_, response) => {
    if (answer === undefined) return;
    const { status, code, message } = answer;
    response.writeHead(status, { "content-type": "application/xml" });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
