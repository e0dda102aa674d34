import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LogEntry } from "../../functions/log.ts";
import { type RunningServer, startServer } from "../../functions/node.ts";
import { chooseEngine } from "../../functions/node-engine.ts";
import { nodeLimits, nodeLimitsOn } from "../../shared/limits.ts";
import { rollback } from "../../shared/registry.ts";
import { draw } from "../drawing.ts";
import { createMemoryStore } from "../store/memory.ts";
import { createFakeEngine } from "./fake-engine.ts";
import { publishFake } from "./publishing.ts";
import { until } from "./serving.ts";

const store = { ...createMemoryStore(), url: "file:memory" };
const engine = createFakeEngine();
const logged: LogEntry[] = [];
const options = { store, engine, host: "127.0.0.1", port: 0, log: (entry: LogEntry) => void logged.push(entry) };
const jpeg = new Uint8Array(await draw("stars", 2).jpeg().toBuffer());
let server: RunningServer;

beforeAll(async () => {
  await publishFake(store, { logits: [1, 2] });
  server = await startServer(options);
});
afterAll(() => server.close());

const classify = (body: RequestInit["body"], init: object = {}) =>
  fetch(`${server.url}/classify`, { method: "POST", body, ...init } as RequestInit);

/** Sends `head` and keeps sending zeros, as a client would that does not listen; returns what came back. */
const sendEndlessly = (head: string, chunk: (zeros: Buffer) => Buffer[]): Promise<string> =>
  new Promise((resolve) => {
    const { port, hostname } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    let received = "";
    let sent = 0;
    const zeros = Buffer.alloc(1_000_000);
    const write = () => {
      while (sent < 30_000_000 && socket.writable) {
        sent += zeros.length;
        const parts = chunk(zeros);
        if (!parts.map((part) => socket.write(part)).every(Boolean)) return socket.once("drain", write);
      }
      return socket;
    };
    const leaveIn = (milliseconds: number) => setTimeout(() => socket.destroy(), milliseconds).unref();
    let leaving = leaveIn(20_000);
    socket.on("data", (data) => {
      received += data.toString("latin1");
      // a connection that is kept open has then said all it will
      clearTimeout(leaving);
      leaving = leaveIn(1000);
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(received));
    socket.write(head);
    write();
  });

/** Announces `bytes` and sends them, whatever it is told. @returns how many the server took */
const sendFor = async (bytes: number): Promise<number> => {
  const { port, hostname } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined).resume();
  socket.write(`POST /classify HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes}\r\n\r\n`);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const chunk = Buffer.alloc(1_000_000);
  for (let sent = 0; sent < bytes && socket.writable; sent += chunk.length)
    await Promise.race([new Promise((resolve) => socket.write(chunk, resolve)), closed]);
  socket.destroy();
  return socket.bytesWritten;
};

describe("the server on Node", () => {
  it("answers over a socket", async () => {
    const response = await classify(jpeg);
    expect(await response.json()).toMatchObject({ model: "letters", predictions: [{ label: "b" }, { label: "a" }] });
    expect(response.headers.get("server-timing")).toMatch(/decode;dur=/);
  });

  it.each<[string, string, (zeros: Buffer) => Buffer[]]>([
    ["announced by Content-Length", "Content-Length: 30000000", (zeros) => [zeros]],
    [
      "in chunks",
      "Transfer-Encoding: chunked",
      (zeros) => [Buffer.from(`${zeros.length.toString(16)}\r\n`), zeros, Buffer.from("\r\n")],
    ],
  ])("answers 413 to 30 MB %s, and goes on", async (_, header, chunk) => {
    const received = await sendEndlessly(`POST /classify HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`, chunk);
    expect(received).toMatch(/^HTTP\/1.1 413 /);
    expect(received).toContain('"title":"Photo too large"');
    expect((await classify(jpeg)).status).toBe(200);
  });

  it("lets a client that sends all before it listens see its 413, and no reset", async () => {
    const response = await classify(new Uint8Array(60_000_000));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      detail: expect.stringContaining("at most 20000000 bytes are taken"),
    });
  });

  it("lets a client on a slow line that sends all before it listens see its 413, and no reset", async () => {
    const { port, hostname } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.pause();
    await once(socket, "connect");
    const failed: Error[] = [];
    socket.on("error", (error) => failed.push(error));
    const chunk = Buffer.alloc(1_000_000);
    socket.write(`POST /classify HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 30000000\r\n\r\n`);
    for (let sent = 0; sent < 30 && socket.writable; sent++) {
      await new Promise((resolve) => setTimeout(resolve, 40));
      if (!socket.write(chunk)) await Promise.race([once(socket, "drain"), once(socket, "close")]);
    }
    let received = "";
    for await (const data of socket) received += String(data);
    expect(failed).toEqual([]);
    expect(received).toMatch(/^HTTP\/1.1 413 /);
    expect(received).toContain('"title":"Photo too large"');
  });

  it("cuts a client off that goes on sending after its 413", async () => {
    const sent = await sendFor(200_000_000);
    expect(sent).toBeGreaterThan(nodeLimits.linger.bytes);
    expect(sent).toBeLessThan(200_000_000);
    expect((await classify(jpeg)).status).toBe(200);
  });

  it("keeps no memory for a body that is announced and does not come", async () => {
    const { port, hostname } = new URL(server.url);
    const sockets = Array.from({ length: 20 }, () => connect(Number(port), hostname));
    await Promise.all(
      sockets.map(async (socket) => {
        await once(socket, "connect");
        const head = "POST /classify HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\nExpect: 100-continue\r\n\r\n";
        socket.write(head);
        // the server has begun to read
        await once(socket, "data");
      }),
    );
    expect((await classify(Buffer.concat([jpeg, Buffer.alloc(9_000_000)]))).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  it("goes on after clients that break off in the middle", async () => {
    const { port, hostname } = new URL(server.url);
    for (let i = 0; i < 5; i++)
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write("POST /classify HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc");
          setTimeout(() => socket.resetAndDestroy(), 20);
        });
        socket.on("close", () => resolve());
        socket.on("error", () => undefined);
      });
    expect((await classify(jpeg)).status).toBe(200);
    expect(logged.filter(({ event }) => event === "failure")).toEqual([]);
  });

  it("sees a promotion and a rollback within a second", async () => {
    const version = async () => ((await (await classify(jpeg)).json()) as { version: string }).version;
    const first = await version();
    const second = await publishFake(store, { logits: [2, 1] });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await version()).toBe(second);
    await rollback(store, "letters", { now: Date.now });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await version()).toBe(first);
  });

  it("names the port and the way out when another listens there", async () => {
    const port = Number(new URL(server.url).port);
    await expect(startServer({ ...options, port })).rejects.toThrow(
      `cannot listen on 127.0.0.1 port ${port}: another program listens there; stop it, or choose another port`,
    );
  });

  it("finishes the requests in flight when it is closed, and takes no more", async () => {
    const closing = await startServer({ ...options, engine });
    const url = `${closing.url}/classify`;
    await fetch(url, { method: "POST", body: jpeg });
    const release = engine.holdRuns();
    const before = engine.waiting;
    const inFlight = fetch(url, { method: "POST", body: jpeg });
    await until(() => engine.waiting > before);
    const closed = closing.close();
    await expect(fetch(url, { method: "POST", body: jpeg })).rejects.toThrow();
    release();
    expect((await inFlight).status).toBe(200);
    await closed;
  });
});

describe("the memory of a machine", () => {
  const MIB = 1024 * 1024;

  it("bounds what its threads decode at once to a quarter of it, and what waits to an eighth", () => {
    for (const memory of [256, 512, 1024, 4096, 65_536])
      for (const threads of [1, 2, 16]) {
        const { photo, request } = nodeLimitsOn(memory * MIB, threads);
        expect(photo.memory * threads).toBeLessThanOrEqual((memory * MIB) / 4);
        expect(photo.memory).toBeLessThanOrEqual(nodeLimits.photo.memory);
        expect(request.bodies).toBeLessThanOrEqual(Math.max(nodeLimits.request.requestBytes, (memory * MIB) / 8));
        expect(request.bodies).toBeGreaterThanOrEqual(request.requestBytes);
      }
    expect(nodeLimitsOn(16_384 * MIB, 2)).toEqual(nodeLimits);
  });

  it("lets a small server refuse a photo that a large one takes", async () => {
    const large = await draw("stars", 2, 2000, 1500).jpeg({ progressive: true }).toBuffer();
    const small = await startServer({ ...options, memory: 40_000_000 });
    const ask = ({ url }: RunningServer) =>
      fetch(`${url}/classify`, { method: "POST", body: new Uint8Array(large) }).then((response) => response.json());
    expect(await ask(small)).toMatchObject({ status: 422, detail: expect.stringContaining("10 MB is there") });
    expect(await ask(server)).toMatchObject({ model: "letters" });
    await small.close();
  });
});

describe("the engine on Node", () => {
  it("is native where onnxruntime-node is installed, and web where it is asked for", async () => {
    expect((await chooseEngine("auto")).name).toBe("native");
    expect((await chooseEngine("web")).name).toBe("web");
  });
});
