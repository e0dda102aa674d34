/** A server with a model for each engine that a browser may run, and photos of every kind, for the page at `/`. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTerminal } from "../../cli/terminal.ts";
import type { LogEntry } from "../../functions/log.ts";
import { startServer } from "../../functions/node.ts";
import { createWebEngine } from "../../shared/engine/web.ts";
import { readCurrent, readProbes, readFile as readPublished } from "../../shared/registry.ts";
import type { Store } from "../../shared/store/store.ts";
import { defaultBackbone, readBackbone } from "../../training/backbone/catalogue.ts";
import { publishBuiltIn } from "../../training/built-in/publish.ts";
import { readBackboneHead, sliceHead } from "../../training/export/backbone-head.ts";
import { buildFloatModel } from "../../training/export/float-model.ts";
import { draw } from "../drawing.ts";
import { temporaryFolder } from "../e2e/folders.ts";
import { publishModel } from "../functions/publishing.ts";
import { createMemoryStore } from "../store/memory.ts";

/** It has a plan, for the lean engine. */
export const PLAN = "dog-breeds";
/** It has none, and runs on onnxruntime-web. */
export const ONNX = "fish";
/** Of ImageNet's classes, the first; without a background, so that drawn shapes are fish. */
const FISH = ["tench", "goldfish", "great white shark", "tiger shark", "hammerhead", "electric ray", "stingray"];

/** What a card says of a photo that shows one. */
export const fishAt = new RegExp(`^(${FISH.join("|")}) \\d+\\.\\d%$`);

/** The backbone with its own head for them, and so with a heat map. */
const fishModel = async (): Promise<Uint8Array> => {
  const { backbone, bytes } = await readBackbone(defaultBackbone);
  const head = sliceHead(await readBackboneHead(bytes, backbone.imagenetHead), [...FISH.keys()]);
  return buildFloatModel({ backbone: bytes, cuts: [backbone.cuts[0]], head });
};

/** Upright and turned by EXIF, CMYK, grey, progressive, PNG with alpha, WebP. */
const probePhotos = async (store: Store): Promise<[name: string, bytes: Uint8Array][]> => {
  const { manifest } = await readCurrent(store, PLAN);
  const { probes } = await readProbes(store, manifest);
  return Promise.all(probes.map(async ({ file }) => [file, await readPublished(store, manifest, `probes/${file}`)]));
};

export interface LocalServer {
  store: Store;
  url: string;
  /** Paths of files. */
  photos: string[];
  /** Where a photo lies, or will. */
  pathOf(name: string): string;
  saved(name: string, bytes: Uint8Array): Promise<string>;
  /** What was asked since it was last emptied: `GET /path 200`. */
  asked: string[];
  close(): Promise<void>;
}

export const startLocalServer = async (): Promise<LocalServer> => {
  const { home, remove } = await temporaryFolder("local-run");
  await mkdir(home, { recursive: true });
  const pathOf = (name: string): string => join(home, name);
  const saved = async (name: string, bytes: Uint8Array): Promise<string> => {
    await writeFile(pathOf(name), bytes);
    return pathOf(name);
  };
  const store = createMemoryStore();
  const engine = await createWebEngine();
  await publishBuiltIn(store, createTerminal({ stream: { write: () => true } }));
  const bytes = await fishModel();
  await publishModel(store, { name: ONNX, labels: FISH, bytes, precision: "float32", engine });
  const large = draw("stars", 3, 4000, 3000).withMetadata({ orientation: 6 });
  const photos = [...(await probePhotos(store)), ["large-on-its-side.jpg", await large.jpeg().toBuffer()] as const];
  const chosen = { model: PLAN, feedback: true };
  const asked: string[] = [];
  const log = ({ event, method, path, status }: LogEntry): void => {
    if (event === "request") asked.push(`${method} ${path} ${status}`);
  };
  const server = await startServer({ store, engine, host: "127.0.0.1", port: 0, chosen, log });
  return {
    store,
    url: server.url,
    photos: await Promise.all(photos.map(([name, photo]) => saved(name, photo))),
    pathOf,
    saved,
    asked,
    async close() {
      await server.close();
      await remove();
    },
  };
};
