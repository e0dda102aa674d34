/** Serves files over HTTP with ranges, and spoils answers as a network or a server does. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FileServer {
  url: string;
  /** By path, such as `/net.onnx`. */
  files: Map<string, Uint8Array>;
  /** What was asked for since, as path and range. */
  asked: string[];
  /** The next answers to a file, in order; then whole ones. */
  next: ("breaks off" | "ignores the range" | "503" | "403")[];
  stop(): Promise<void>;
}

export const startFileServer = async (): Promise<FileServer> => {
  const files: FileServer["files"] = new Map();
  const [asked, next]: [string[], FileServer["next"]] = [[], []];
  const server = createServer(({ url, headers }, response) => {
    const content = files.get(url!);
    asked.push([url, headers.range].filter(Boolean).join(" "));
    if (!content) return void response.writeHead(404).end();
    const how = next.shift();
    if (how === "503" || how === "403") return void response.writeHead(Number(how)).end();
    const from = how === "ignores the range" ? 0 : Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
    if (from >= content.length && from > 0) return void response.writeHead(416).end();
    const rest = content.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      "content-length": rest.length,
      ...(from > 0 && { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` }),
    });
    if (how === "breaks off") breakOff(response, rest);
    else response.end(rest);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url, files, asked, next, stop };
};

/** After the first half, once it has left. */
const breakOff = (response: ServerResponse, content: Uint8Array): void => {
  response.write(content.subarray(0, content.length >> 1), () => setTimeout(() => response.destroy(), 50));
};
