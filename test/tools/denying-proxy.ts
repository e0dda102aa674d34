/** Stands before an S3 server and refuses some requests as a policy of IAM's would: SeaweedFS cannot tell writing from deleting. */
import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";

const denied = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';

export interface DenyingProxy {
  endpoint: string;
  stop(): Promise<void>;
}

/** @param target such as `http://127.0.0.1:8333`; it sees the client's own Host, which signatures cover */
export const startDenyingProxy = async (
  target: string,
  denies: (asked: IncomingMessage) => boolean,
): Promise<DenyingProxy> => {
  const server = createServer((asked, response) => {
    if (denies(asked)) {
      asked.resume();
      return void asked.once("end", () => response.writeHead(403, { "content-type": "application/xml" }).end(denied));
    }
    const { method, url, headers } = asked;
    const sent = request(new URL(url!, target), { method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    asked.pipe(sent);
  });
  server.listen(0, "127.0.0.1");
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
