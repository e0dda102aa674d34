/** The entry on Node: a store by URL, the engine that is installed, decoders compiled from their packages, a socket. */
import type { AddressInfo } from "node:net";
import { createAdaptorServer, type ServerType } from "@hono/node-server";
import { systemClock } from "../shared/classifier/clock.ts";
import type { Engine } from "../shared/engine/engine.ts";
import { nodeLimitsOn } from "../shared/limits.ts";
import { machineMemory } from "../shared/machine-memory.ts";
import { loadCodecs } from "../shared/pixels/codecs-node.ts";
import type { Store } from "../shared/store/store.ts";
import { openAccess } from "./access/open.ts";
import { createApp } from "./app.ts";
import type { Origins } from "./http/cors.ts";
import { lingerAfterAnswer } from "./http/linger.ts";
import { createNodeRate, type NodeRateSettings } from "./http/node-rate.ts";
import { jsonLog, type Log } from "./log.ts";
import { createMetrics } from "./metrics/metrics.ts";
import { createModels } from "./models/cache.ts";
import type { Owner } from "./owner/owner.ts";
import { createNodeAssets } from "./page/assets/node.ts";
import { type Chosen, nodeSettings } from "./settings.ts";
import { createThreads } from "./threads/threads.ts";
import type { Uploads } from "./uploads/uploads.ts";

export interface ServerOptions {
  store: Store;
  engine: Engine;
  host: string;
  /** 0 takes any free port. */
  port: number;
  chosen?: Chosen;
  /** The photo bucket, where photos are kept that someone puts right; without it they are kept beside the models. */
  photos?: Store | undefined;
  /** Whose token opens the owner's routes; without it they do not exist. */
  owner?: Owner | undefined;
  /** Where photos go that are too large for a request; without it there are no uploads. */
  uploads?: Uploads | undefined;
  /** Origins whose pages may call; without it none. */
  origins?: Origins | undefined;
  /** How often one client may ask; without it as often as it likes. */
  rate?: NodeRateSettings | undefined;
  /** How many worker threads decode photos and run models; without them the main thread does, by `engine` itself. */
  threads?: number;
  /** Bytes that this process may use; what the system says by default. */
  memory?: number;
  log?: Log;
}

export interface RunningServer {
  /** `http://127.0.0.1:8787` */
  url: string;
  /** Takes no more requests, finishes those in flight, and lets the models go. */
  close(): Promise<void>;
}

/** Milliseconds between two looks whether requests of keys are to be written. */
const USAGE_LOOK = 500;

const stderr = jsonLog((line) => process.stderr.write(`${line}\n`));

/** @throws Error naming port and fix when it cannot listen */
export const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const { store, engine, host, port, owner, uploads, origins } = options;
  const metrics = createMetrics();
  const log = metrics.count(options.log ?? stderr);
  const { threads: count = 0, rate: often } = options;
  const rate = often && createNodeRate(often, systemClock);
  const running = Math.max(1, count);
  const { photo: limits, request, linger, grace } = nodeLimitsOn(options.memory ?? machineMemory(), running);
  const settings = nodeSettings(store.url, request, running, options.chosen ?? {});
  const { patience } = settings;
  const threads = count > 0 ? createThreads({ engine: engine.kind, limits, count, patience, log }) : undefined;
  const codecs = await loadCodecs();
  const parts = { store, engine, codecs, limits, settings, clock: systemClock, log, threads };
  const models = createModels(parts);
  const access = openAccess(parts);
  const server = createAdaptorServer({
    fetch: createApp({
      ...parts,
      models,
      access,
      feedback: settings.feedback ? (options.photos ?? store) : undefined,
      owner,
      uploads,
      origins,
      metrics,
      rate,
      assets: createNodeAssets(),
    }).fetch,
    // see http/linger.ts
    autoCleanupIncoming: false,
  });
  server.prependListener("request", lingerAfterAnswer(linger));
  if ("requestTimeout" in server) server.requestTimeout = settings.requestTime;
  await listen(server, host, port);
  // a failing connection or accept must not end the process
  server.on("error", (error) => log({ level: "error", event: "server error", error: String(error) }));
  const polling = setInterval(() => void models.refresh(), settings.refresh).unref();
  const counting = access && setInterval(() => void access.flush(), USAGE_LOOK).unref();
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}`,
    async close() {
      clearInterval(polling);
      clearInterval(counting);
      await closeGently(server, grace);
      await access?.close();
      await models.close();
      await threads?.close();
    },
  };
};

const listen = (server: ServerType, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(listenError(cause, host, port)));
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });

const listenError = (cause: NodeJS.ErrnoException, host: string, port: number): Error => {
  const why: Record<string, string> = {
    EADDRINUSE: "another program listens there; stop it, or choose another port with --port or PORT",
    EACCES: "ports below 1024 need privileges; choose another with --port or PORT",
    EADDRNOTAVAIL: "this machine has no such address; choose another with --host or HOST",
  };
  return new Error(`cannot listen on ${host} port ${port}: ${why[cause.code ?? ""] ?? cause.message}`, { cause });
};

const closeGently = (server: ServerType, grace: number): Promise<void> =>
  new Promise((resolve, reject) => {
    if (!("closeAllConnections" in server)) throw new Error("an HTTP/1 server was made above");
    // a connection is kept alive after the request that was in flight, though no other will come
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    const cut = setTimeout(() => server.closeAllConnections(), grace);
    server.close((error) => {
      clearInterval(idle);
      clearTimeout(cut);
      if (error) reject(error);
      else resolve();
    });
  });
