/** The size of photos that a network's graph is written for, and how to change it. */
import { inputName } from "../../shared/onnx/graph.ts";
import type { Model } from "../../shared/onnx/model.ts";

const inputDims = ({ graph }: Model) => {
  const type = graph.input.find(({ name }) => name === inputName(graph))?.type?.value;
  return type?.case === "tensorType" ? (type.value.shape?.dim ?? []) : [];
};

/**
 * Side of the square photos in pixels, where the graph fixes it.
 *
 * @param name of the network, for the error
 * @throws Error for an input of another shape than [photos, 3, height, width], or one that is not square
 */
export const fixedSize = (model: Model, name: string): number | undefined => {
  const dims = inputDims(model).map(({ value }) => (value.case === "dimValue" ? Number(value.value) : undefined));
  const [, channels = 3, height, width] = dims;
  const shown = `[${dims.map((dim) => dim ?? "any").join(", ")}]`;
  if (dims.length !== 4 || channels !== 3)
    throw new Error(`the input of ${name} is ${shown}; export it for photos as [1, 3, height, width], colours first`);
  if (height !== width) throw new Error(`the input of ${name} is ${shown}; export it for square photos`);
  return height;
};

/** Fixes the input to one photo of `size` x `size`; the graph must bear photos of any size. */
export const fixSize = (model: Model, size: number): void => {
  for (const [place, dim] of inputDims(model).entries())
    dim.value = { case: "dimValue", value: BigInt([1, 3, size, size][place]!) };
};

/** Which square of a photo a network sees. */
export interface Square {
  /** Its side in pixels. */
  size: number;
  /** Share of the photo's short side that it takes. */
  crop: number;
}

/**
 * What a network's owner wants it to see; what is left out follows from what it was trained on. A larger square takes more of
 * the photo, up to all of it, so that things are as large as the network knows them; a smaller one takes as much as the
 * network's own, since a thing that lies outside cannot be told at all (figures in training/README.md).
 */
export const squareOf = (own: Partial<Square>, trained: Square): Square => {
  const { size = trained.size } = own;
  const { crop = Math.max(trained.crop, Math.min(1, (size / trained.size) * trained.crop)) } = own;
  return { size, crop };
};
