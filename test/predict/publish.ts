/** A store with a real network of random weights, so that the command has something to predict by without any training. */
import { createNativeEngine } from "../../shared/engine/native.ts";
import type { Manifest } from "../../shared/manifest.ts";
import { PIXEL_PATH_VERSION } from "../../shared/pixels/pixels.ts";
import type { Store } from "../../shared/store/store.ts";
import { publishModel } from "../functions/publishing.ts";
import { mobileNetV2, networkSize } from "../onnx/networks.ts";

export const labels = ["ant", "bee", "cat, tame", "dog", "eel", "fox", "gnu", "hen", "ibis", "jay"];

/** What the network sees of a photo. */
export const input: Manifest["input"] = {
  size: networkSize,
  crop: 1,
  interpolation: "bicubic",
  mean: [127, 127, 127],
  std: [128, 128, 128],
  pixelPath: PIXEL_PATH_VERSION,
};

export const publishNetwork = async (store: Store, manifest: Partial<Manifest> = {}): Promise<string> =>
  publishModel(store, {
    name: "zoo",
    labels,
    bytes: mobileNetV2(),
    precision: "float32",
    engine: await createNativeEngine(),
    manifest: {
      input,
      ...manifest,
    },
  });
