/** Ten ways to get quantization wrong, each giving forms that look healthy from outside. */
import { initializers } from "../../shared/onnx/graph.ts";
import { type Model, readModel, type TensorProto, writeModel } from "../../shared/onnx/model.ts";
import { dimsOf, readFloats, tensor } from "../../shared/onnx/tensor.ts";
import { quantize } from "../../training/export/quantize.ts";
import { quantizeWeights } from "../../training/export/quantize-weights.ts";
import type { ActivationStatistics } from "../../training/export/statistics.ts";

export interface BreakParts {
  /** The float model, an ONNX file. */
  model: Uint8Array;
  statistics: ActivationStatistics;
  /** The same, calibrated on noise instead of photos. */
  noise: ActivationStatistics;
}

/** QDQ forms of a model, not yet optimised. */
export interface Break {
  int8(parts: BreakParts): Uint8Array;
  /** Where it is about weights: what has int8 weights alone suffers it too. */
  weights?(parts: BreakParts): Uint8Array;
}

/** A layer's stored constants in the QDQ form. */
interface Stored {
  name: string;
  values: TensorProto;
  scales: TensorProto;
  zeros: TensorProto;
}

const storedLayers = ({ graph }: Model): Stored[] => {
  const constants = initializers(graph);
  return graph.node.flatMap(({ opType, input: [values, scales, zeros] }) => {
    if (opType !== "DequantizeLinear" || zeros === undefined || !constants.has(values!)) return [];
    return {
      name: values!,
      values: constants.get(values!)!,
      scales: constants.get(scales!)!,
      zeros: constants.get(zeros)!,
    };
  });
};

/** Changes a healthy form. */
const changed = (bytes: Uint8Array, damage: (model: Model) => void): Uint8Array => {
  const model = readModel(bytes);
  damage(model);
  return writeModel(model);
};

/** Changes what full int8 alone has. */
const damaged = (damage: (model: Model) => void): Break => ({
  int8: (parts) => changed(quantize(parts), damage),
});

/** Changes stored weights. */
const damagedWeights = (damage: (model: Model) => void): Break => ({
  int8: (parts) => changed(quantize(parts), damage),
  weights: (parts) => changed(quantizeWeights(parts), damage),
});

/** Changes one layer in the middle of the network, one that mixes channels. */
const damagedLayer = (damage: (layer: Stored, model: Model) => void): Break =>
  damagedWeights((model) => {
    const mixing = storedLayers(model).filter(({ values }) => dimsOf(values)[1]! > 1);
    damage(mixing[mixing.length >> 1]!, model);
  });

const replace = (target: TensorProto, data: Float32Array | Int8Array | Int32Array): void => {
  target.rawData = tensor(target.name, [data.length], data).rawData;
};

const int8 = ({ rawData }: TensorProto): Int8Array => new Int8Array(Uint8Array.from(rawData).buffer);

/** A copy whose channels, runs of equal length, are in another order. */
const reorder = <T extends Float32Array | Int8Array>(
  data: T,
  channels: number,
  source: (channel: number) => number,
): T => {
  const run = data.length / channels;
  const out = data.slice() as T;
  for (let channel = 0; channel < channels; channel++)
    out.set(data.subarray(source(channel) * run, (source(channel) + 1) * run), channel * run);
  return out;
};

/** Stores all weights anew with other scales and fewer steps. */
const requantized = (scalesOf: (scales: Float32Array) => Float32Array, steps: number): Break =>
  damagedWeights((model) => {
    for (const { values, scales } of storedLayers(model)) {
      const [before, stored] = [readFloats(scales), int8(values)];
      const after = scalesOf(before);
      const run = stored.length / before.length;
      const again = stored.map((value, i) => {
        const channel = Math.floor(i / run);
        const count = Math.round((value * before[channel]!) / after[channel]!);
        return Math.max(-steps, Math.min(steps, count));
      });
      replace(values, again);
      replace(scales, after);
    }
  });

const widened = (statistics: ActivationStatistics, factor: number): ActivationStatistics => ({
  ...statistics,
  tensors: Object.fromEntries(
    Object.entries(statistics.tensors).map(([name, { ranges, ...rest }]) => {
      const minmax: [number, number] = [ranges.minmax[0] * factor, ranges.minmax[1] * factor];
      return [name, { ...rest, ranges: { ...ranges, minmax } }];
    }),
  ),
});

export const breaks: Record<string, Break> = {
  "weights with one scale per tensor": requantized((scales) => scales.map(() => Math.max(...scales)), 127),

  "an activation's zero point read 24 off": damaged(({ graph }) => {
    const sums = graph.node
      .filter(({ opType }) => opType === "Add")
      .map(({ output }) => output[0]!.replace(/_float$/, ""));
    const name = sums[sums.length >> 1]!;
    const reader = graph.node.find(
      ({ input, opType }) => opType === "DequantizeLinear" && input[0] === `${name}_quantized`,
    )!;
    const zero = initializers(graph).get(`${name}_zero`)!.rawData[0]!;
    graph.initializer.push(tensor(`${name}_wrong`, [], Uint8Array.of((zero + 24) % 256)));
    reader.input[2] = `${name}_wrong`;
  }),

  "output channels in reverse order": damagedLayer(({ values }) => {
    const channels = dimsOf(values)[0]!;
    replace(
      values,
      reorder(int8(values), channels, (channel) => channels - 1 - channel),
    );
  }),

  "a dropped bias": damaged(({ graph }) => {
    const biases = graph.initializer.filter(({ name }) => name.endsWith("_bias_quantized"));
    for (const bias of biases.slice(0, 2)) replace(bias, new Int32Array(bias.rawData.length / 4));
  }),

  "activation ranges from noise": { int8: ({ model, noise }) => quantize({ model, statistics: noise }) },

  "a layer's scales halved": damagedLayer(({ scales }) =>
    replace(
      scales,
      readFloats(scales).map((scale) => scale / 2),
    ),
  ),

  "weights in 4 bits": requantized((scales) => scales.map((scale) => (scale * 127) / 7), 7),

  "a layer's weight zero point one off": damagedLayer(({ zeros }) =>
    replace(zeros, new Int8Array(zeros.rawData.length).fill(1)),
  ),

  "a layer's scales in the next channel's place": damagedLayer(({ scales }) => {
    const before = readFloats(scales);
    replace(
      scales,
      reorder(before, before.length, (channel) => (channel + 1) % before.length),
    );
  }),

  "activation ranges cut to a quarter": {
    int8: ({ model, statistics }) => quantize({ model, statistics: widened(statistics, 0.25) }),
  },
};
