/** Weights that Keras 2 saved in HDF5 (`save_weights("x.h5")` or `save("x.h5")`), read layer by layer in the file's order. */
import { open } from "node:fs/promises";
import type { Attribute, Dataset, Group } from "h5wasm/node";

export interface Weight {
  /** Row-major, as Keras stores it: a convolution's kernel is height x width x inputs x outputs. */
  dims: number[];
  data: Float32Array;
}

export interface LayerWeights {
  /** In the file; another model's layers may be numbered differently. */
  layer: string;
  /** By what they are: `kernel`, `bias`, `gamma` … */
  weights: Map<string, Weight>;
}

/**
 * Those of all layers that have any.
 * @throws Error when the file is no HDF5, or holds no Keras weights
 */
export const readKerasWeights = async (path: string): Promise<LayerWeights[]> => {
  await expectHdf5(path);
  // 4 MB of WebAssembly, for those who need it
  const { default: hdf5 } = await import("h5wasm/node");
  await hdf5.ready;
  const file = new hdf5.File(path, "r");
  try {
    const root = file.keys().includes("model_weights") ? (file.get("model_weights") as Group) : file;
    const layers = names(root.attrs, "layer_names");
    if (layers.length === 0)
      throw new Error(`${path} names no Keras layers; weights are what model.save_weights of Keras 2 writes as .h5`);
    return layers
      .map((layer) => ({ layer, weights: weightsOf(root.get(layer) as Group, path) }))
      .filter(({ weights }) => weights.size > 0);
  } finally {
    file.close();
  }
};

/** How every HDF5 file begins; the library itself would print pages about one that does not. */
const SIGNATURE = "\x89HDF\r\n\x1a\n";

const expectHdf5 = async (path: string): Promise<void> => {
  const file = await open(path).catch((cause: unknown) => {
    throw new Error(`the weights ${path} cannot be read; check the path`, { cause });
  });
  const { buffer } = await file.read(Buffer.alloc(SIGNATURE.length), 0, SIGNATURE.length, 0);
  await file.close();
  if (buffer.toString("latin1") !== SIGNATURE)
    throw new Error(`${path} is no HDF5 file; weights are what model.save_weights of Keras 2 writes as .h5`);
};

/** A list that Keras splits up where it is too long for one attribute: `layer_names0`, `layer_names1` … */
const names = (attributes: Record<string, Attribute>, of: string): string[] => {
  const whole = attributes[of];
  if (whole) return (whole.value as string[] | null) ?? [];
  const parts: string[] = [];
  for (let part = 0; attributes[`${of}${part}`]; part++) parts.push(...(attributes[`${of}${part}`]!.value as string[]));
  return parts;
};

const weightsOf = (group: Group, path: string): Map<string, Weight> =>
  new Map(
    names(group.attrs, "weight_names").map((name) => {
      const { shape, value } = group.get(name) as Dataset;
      const data = typeof value === "number" || typeof value === "bigint" ? [Number(value)] : value;
      if (!Array.isArray(data) && !ArrayBuffer.isView(data))
        throw new Error(`${path}: the weights ${name} hold no numbers; save the model's weights again`);
      const numbers = data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number>, Number);
      return [name.split("/").at(-1)!.replace(/:\d+$/, ""), { dims: [...(shape ?? [])], data: numbers }];
    }),
  );
