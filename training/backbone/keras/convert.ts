/**
 * A Keras functional model as an ONNX graph, without its batch normalisations: photos in as red, green and blue, channels
 * first, its last layer's map out.
 */
import { GraphWriter } from "./graph.ts";
import { describeLayer, type Translation } from "./layers/layer.ts";
import { translations, weighted } from "./layers/table.ts";
import type { Layer, Topology } from "./topology.ts";
import { type Affine, hasPads, noPads, type Value } from "./value.ts";
import type { LayerWeights } from "./weights.ts";

export interface KerasModel {
  topology: Topology;
  /** In the order of the topology's layers that have any; their names need not be the same. */
  weights: readonly LayerWeights[];
  /** Of the photos that it was trained on; red, green and blue unless it is said. */
  colours?: Translation["colours"];
}

export interface Converted {
  /** An ONNX file; tensors are named after the Keras layers that make them. */
  bytes: Uint8Array;
  /** Of the output: 1 x channels x height x width. */
  output: { tensor: string; channels: number; height: number; width: number };
  /** Where the model's first layers only prepare the photo: what of a pixel, 0 to 255, is to be taken off and divided by. */
  preparation?: { mean: Triple; std: Triple };
}

type Triple = [number, number, number];

/**
 * @param size side of the square photos in pixels
 * @throws Error naming a layer that is not supported, or weights that are not this topology's
 */
export const convertKeras = ({ topology, weights, colours = "RGB" }: KerasModel, size: number): Converted => {
  const { layers, output } = topology;
  expectSupported(layers);
  const graph = new GraphWriter();
  const translation: Translation = {
    ...{ graph, folded: new Set(), colours },
    ...weightsByLayer(layers, weights),
    onlyReader: onlyReaderIn(topology),
  };
  const values = new Map<string, Value>();
  let prepared: Affine | undefined;
  for (const layer of layers) {
    if (layer.kind === "InputLayer") {
      values.set(layer.name, photo(size));
      continue;
    }
    const inputs = layer.inputs.map((name) => values.get(name)!);
    if (inputs.some(hasPads) && !bearZeros.has(layer.kind))
      throw new Error(
        `the Keras layer ${describeLayer(layer)} reads a map with zeros around it, which is not supported`,
      );
    const { photo: pixels, ...made } = translations[layer.kind]!(layer, inputs, translation);
    if (Math.min(made.height, made.width) < 1)
      throw new Error(
        `photos of ${size} pixels are too small for ${describeLayer(layer)}; choose a larger --input-size`,
      );
    // once a layer has made something of the pixels, nothing behind it can be part of their preparation
    if (!pixels || made.tensor !== image) values.set(layer.name, made);
    else {
      values.set(layer.name, { ...made, photo: pixels });
      if (pixels !== inputs[0]!.photo) prepared = pixels;
    }
  }
  const { tensor, channels, height, width, pads } = values.get(output)!;
  if (tensor === image || hasPads({ pads }))
    throw new Error(`the model's output "${output}" is no feature map of a convolution, an activation or a pooling`);
  return {
    bytes: graph.write(size, tensor),
    output: { tensor, channels, height, width },
    ...(prepared && { preparation: preparationOf(prepared) }),
  };
};

const expectSupported = (layers: readonly Layer[]): void => {
  const stranger = layers.find(({ kind }) => kind !== "InputLayer" && !Object.hasOwn(translations, kind));
  if (stranger)
    throw new Error(
      `the Keras layer ${describeLayer(stranger)} is not supported; those that are: ${Object.keys(translations).join(", ")}`,
    );
};

/** The tensor that holds the photo. */
const image = "image";

/** Layers that add zeros to a border of zeros, or take them for what they are. */
const bearZeros = new Set(["Conv2D", "DepthwiseConv2D", "MaxPooling2D", "ZeroPadding2D"]);

const photo = (size: number): Value => ({
  ...{ tensor: image, channels: 3, height: size, width: size, pads: noPads, positive: false },
  photo: { scale: new Float64Array(3).fill(1), shift: new Float64Array(3) },
});

/** scale x pixel + shift = (pixel - mean) / std */
const preparationOf = ({ scale, shift }: Affine): { mean: Triple; std: Triple } => ({
  mean: Array.from(scale, (of, colour) => -shift[colour]! / of) as Triple,
  std: Array.from(scale, (of) => 1 / of) as Triple,
});

const onlyReaderIn = ({ layers, output }: Topology): Translation["onlyReader"] => {
  const readers = new Map<string, Layer[]>();
  for (const layer of layers) for (const name of layer.inputs) readers.set(name, [...(readers.get(name) ?? []), layer]);
  return ({ name }) => {
    const [reader, ...others] = readers.get(name) ?? [];
    return others.length > 0 || name === output ? undefined : reader;
  };
};

/** By order, as Keras itself loads weights into a model: names differ with how many layers a process had made before. */
const weightsByLayer = (layers: readonly Layer[], weights: readonly LayerWeights[]): Pick<Translation, "weight"> => {
  const withWeights = layers.filter(({ kind }) => weighted.has(kind));
  if (withWeights.length !== weights.length)
    throw new Error(
      `the file has weights of ${weights.length} layers, but the network has ${withWeights.length} with weights; ` +
        "they are another network's (or one with its classifier: take the file without, `notop`)",
    );
  const found = new Map(withWeights.map(({ name }, place) => [name, weights[place]!]));
  return {
    weight(layer, name) {
      const { layer: of, weights: own } = found.get(layer.name)!;
      const weight = own.get(name);
      if (weight) return weight;
      throw new Error(
        `the weights of ${describeLayer(layer)}, "${of}" in the file, have no ${name}, only ${[...own.keys()].join(", ")}; ` +
          "they are another network's",
      );
    },
  };
};
