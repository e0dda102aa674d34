/**
 * The model that answers before anything was trained: the embedded backbone's own ImageNet head, sliced to the 120 dog breeds,
 * the other 880 classes summed up as "something else".
 */
import { defaultBackbone, type EmbeddedBackbone, readBackbone } from "../backbone/catalogue.ts";
import { readBackboneHead, sliceHead } from "../export/backbone-head.ts";
import { buildFloatModel } from "../export/float-model.ts";
import { readBreeds } from "./breeds.ts";

export const builtInName = "dog-breeds";
export const somethingElse = "something else";

export interface DogBreeds {
  /** The breeds by code point, then the background. */
  labels: string[];
  backbone: EmbeddedBackbone;
  /** The float model, an ONNX file. */
  float: Uint8Array;
}

export const buildDogBreeds = async (): Promise<DogBreeds> => {
  const { backbone, bytes } = await readBackbone(defaultBackbone);
  const breeds = await readBreeds();
  const chosen = new Set(breeds.map(({ index }) => index));
  const others = Array.from({ length: backbone.imagenetHead.classes }, (_, index) => index).filter(
    (index) => !chosen.has(index),
  );
  const head = await readBackboneHead(bytes, backbone.imagenetHead);
  const float = await buildFloatModel({
    backbone: bytes,
    cuts: [backbone.cuts[0]],
    head: sliceHead(
      head,
      breeds.map(({ index }) => index),
    ),
    background: sliceHead(head, others),
  });
  return { labels: [...breeds.map(({ breed }) => breed), somethingElse], backbone, float };
};
