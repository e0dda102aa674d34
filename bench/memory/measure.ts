/**
 * How much memory a Worker holds at once while it classifies a 12-megapixel progressive JPEG. Counted are the
 * WebAssembly memories and the buffers beside them; the script itself and what V8 needs come on top.
 */
import { readFile as readLocal } from "node:fs/promises";
import { join } from "node:path";
import type { R2Bucket } from "@cloudflare/workers-types";
import sharp from "sharp";
import { createTerminal } from "../../cli/terminal.ts";
import type { Precision } from "../../shared/engine/engine.ts";
import { createWebEngine } from "../../shared/engine/web.ts";
import type { Manifest } from "../../shared/manifest.ts";
import { packageRoot } from "../../shared/package-root.ts";
import { PIXEL_PATH_VERSION } from "../../shared/pixels/pixels.ts";
import { readCurrent, readFile } from "../../shared/registry.ts";
import { createR2Store } from "../../shared/store/r2.ts";
import { publishModel } from "../../test/functions/publishing.ts";
import { builtInName } from "../../training/built-in/dog-breeds.ts";
import { publishBuiltIn } from "../../training/built-in/publish.ts";
import { openWatched, type WorkerEntry } from "./open.ts";

/** Every part in bytes. */
export interface WorkerMemory {
  photo: number;
  /** ONNX Runtime's or the lean engine's, model included. */
  engine: number;
  /** The JPEG decoder's: file, coefficients, pixels. */
  decoder: number;
  /** The model's file, which may not be collected yet. */
  model: number;
  /** The cropped pixels and the tensor, which are copied into the runtime. */
  tensor: number;
}

/** 4000 x 3000, 4:2:0, progressive: noise on a slope, so that it is as heavy as a camera's. */
export const heavyPhoto = async (): Promise<Uint8Array<ArrayBuffer>> => {
  const noise = { type: "gaussian", mean: 128, sigma: 12 } as const;
  const image = sharp({ create: { width: 4000, height: 3000, channels: 3, background: "black", noise } });
  return new Uint8Array(await image.jpeg({ quality: 85, progressive: true }).toBuffer());
};

/** Sides of the embedded backbones' inputs. */
export const backbones = { lite0: 224, lite2: 260 } as const;
export type Backbone = keyof typeof backbones;

/** As it is: the float32 numbers that its fp16 file unpacks to need more memory than int8 forms do. */
export const readBackbone = async (name: Backbone): Promise<Uint8Array> =>
  new Uint8Array(await readLocal(join(packageRoot, `models/efficientnet-${name}.fp16.onnx`)));

const input = {
  interpolation: "bicubic",
  mean: [127, 127, 127],
  std: [128, 128, 128],
  pixelPath: PIXEL_PATH_VERSION,
} satisfies Partial<Manifest["input"]>;

/** What a Worker is to load: the file that it serves, and the side of its input. */
export interface PublishedForm {
  file: Uint8Array;
  precision: Precision;
  size: number;
}

/** Publishes the model that a first start publishes. */
export const publishDogBreeds = async (bucket: R2Bucket): Promise<PublishedForm> => {
  const store = createR2Store(bucket, "MODELS");
  await publishBuiltIn(store, createTerminal({ stream: { write: () => true } }));
  const { manifest } = await readCurrent(store, builtInName);
  const { path, precision } = manifest.files.find((file) => file.path === manifest.serve.web)!;
  return { file: await readFile(store, manifest, path), precision, size: manifest.input.size };
};

/** Publishes it as a model, its 1000 classes by number. */
export const publishBackbone = async (bucket: R2Bucket, name: Backbone): Promise<PublishedForm> => {
  const bytes = await readBackbone(name);
  const size = backbones[name];
  const labels = Array.from({ length: 1000 }, (_, i) => `class ${i}`);
  await publishModel(createR2Store(bucket, "MODELS"), {
    name,
    labels,
    bytes,
    precision: "float16",
    engine: await createWebEngine(),
    manifest: { input: { ...input, size, crop: size / (size + 32) } },
  });
  return { file: bytes, precision: "float16", size };
};

export const measureMemory = async (
  entry: WorkerEntry,
  publish: (bucket: R2Bucket) => Promise<PublishedForm>,
): Promise<WorkerMemory> => {
  const { worker, bucket } = await openWatched(entry);
  try {
    const model = await publish(bucket);
    const ready = await worker.fetch("/readyz");
    if (!ready.ok) throw new Error(`the Worker is not ready: ${await ready.text()}`);
    await worker.fetch("/wasm-memories");
    const photo = await heavyPhoto();
    const response = await worker.fetch("/classify", { method: "POST", body: photo });
    if (!response.ok) throw new Error(`the Worker did not classify the photo: ${await response.text()}`);
    const [engine = 0, ...decoders] = (await (await worker.fetch("/wasm-memories")).json()) as number[];
    return {
      photo: photo.length,
      engine,
      decoder: decoders.reduce((a, b) => a + b, 0),
      model: model.file.length,
      tensor: model.size ** 2 * 3 * (1 + 4),
    };
  } finally {
    await worker.close();
  }
};
