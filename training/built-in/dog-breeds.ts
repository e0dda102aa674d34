/**
 * The model that answers before anything was trained: the embedded backbone's own ImageNet head, sliced to the 120 dog breeds,
 * the other 880 classes summed up as "something else".
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../../shared/package-root.ts";
import { defaultBackbone, type EmbeddedBackbone, readBackbone } from "../backbone/catalogue.ts";
import { byCodePoint } from "../dataset/dataset.ts";
import { readBackboneHead, sliceHead } from "../export/backbone-head.ts";
import { buildFloatModel } from "../export/float-model.ts";

export const builtInName = "dog-breeds";
export const somethingElse = "something else";

const breedsFile = join(packageRoot, "models/imagenet-dogs.csv");

export interface DogBreeds {
  /** The breeds by code point, then the background. */
  labels: string[];
  backbone: EmbeddedBackbone;
  /** The float model, an ONNX file. */
  float: Uint8Array;
}

export const buildDogBreeds = async (): Promise<DogBreeds> => {
  const { backbone, bytes } = await readBackbone(defaultBackbone);
  const breeds = await readBreeds(backbone.imagenetHead.classes);
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

/** Rows of `imagenet_index,wnid,breed`, sorted by breed. */
const readBreeds = async (classes: number): Promise<{ index: number; breed: string }[]> => {
  const [, ...lines] = (await readFile(breedsFile, "utf8")).trim().split(/\r?\n/);
  const breeds = lines.map((line, row) => {
    const [index, , breed] = line.split(",");
    if (breed === undefined || !(Number(index) < classes))
      throw new Error(`${breedsFile} line ${row + 2}: "${line}" is not imagenet_index,wnid,breed; reinstall whippet`);
    return { index: Number(index), breed };
  });
  return breeds.sort((a, b) => byCodePoint(a.breed, b.breed));
};
