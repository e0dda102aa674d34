import { describe, expect, it } from "vitest";
import { initializers } from "../../shared/onnx/graph.ts";
import { readModel } from "../../shared/onnx/model.ts";
import { readFloats, readIntegers } from "../../shared/onnx/tensor.ts";
import { quantize } from "../../training/export/quantize.ts";
import { largestSum } from "../../training/export/quantize-layer.ts";
import type { ActivationStatistics } from "../../training/export/statistics.ts";
import { GraphBuilder } from "../onnx/graph-builder.ts";

type Tensors = ActivationStatistics["tensors"];

const spread = (low: number, high: number): Tensors[string] => ({
  ranges: { minmax: [low, high], percentile: [low, high], mse: [low, high] },
  deviation: 1,
});

/** One pointwise layer in int8: what it stores, and the largest sum that any photo can cause in each output channel. */
const quantizedLayer = (
  weights: Float32Array,
  bias: Float32Array,
  [input, output]: [Tensors[string], Tensors[string]],
) => {
  const run = weights.length / bias.length;
  const graph = new GraphBuilder({ channels: run, size: 4 });
  const map = graph.convWith("image", [bias.length, run, 1, 1], weights, bias);
  graph.output(map, "heatmap");
  const statistics = { photos: 1, tensors: { image: input, [map]: output, heatmap: output } };
  const constants = initializers(readModel(quantize({ model: graph.build(), statistics })).graph);
  const stored = (suffix: string) => [...constants.values()].find(({ name }) => name.endsWith(suffix))!;
  const values = new Int8Array(Uint8Array.from(stored("_weights_quantized").rawData).buffer);
  const steps = readIntegers(stored("_bias_quantized"));
  return {
    biases: steps.map((step, i) => step * readFloats(stored("_bias_scale"))[i]!),
    largest: steps.map((step, channel) =>
      values
        .subarray(channel * run, (channel + 1) * run)
        .reduce((sum, value) => sum + 255 * Math.abs(value), Math.abs(step)),
    ),
  };
};

describe("the int32 accumulators of the int8 form", () => {
  it("cannot overflow in near-dead channels, whose weights are tiny and whose bias is not", () => {
    const weights = Float32Array.from({ length: 32 }, (_, i) => [1e-9, 0, 0.5, 1e-12][i >> 3]! * Math.sin(i));
    const bias = [5, -7, 0.25, 3];
    const { largest, biases } = quantizedLayer(weights, Float32Array.from(bias), [spread(-1, 1), spread(-8, 6)]);
    expect(Math.max(...largest)).toBeLessThanOrEqual(largestSum);
    expect(biases).toEqual(bias.map((value) => expect.closeTo(value, 3)));
  });

  it("cannot overflow in sums of more products than 31 bits hold", () => {
    const channels = 80_000;
    const weights = new Float32Array(channels).fill(0.1);
    const { largest } = quantizedLayer(weights, Float32Array.of(0), [spread(0, 1), spread(0, 8000)]);
    expect(channels * 127 * 255).toBeGreaterThan(largestSum);
    expect(Math.max(...largest)).toBeLessThanOrEqual(largestSum);
  });

  it("cannot overflow by the correction of a bias, which goes as far as there is room", () => {
    const weights = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
    const means = Array.from({ length: 32 }, (_, i) => 1e12 * Math.cos(i));
    const input = { ...spread(0, 1), means };
    const { largest, biases } = quantizedLayer(weights, Float32Array.of(1, -1), [input, spread(-8, 8)]);
    expect(Math.max(...largest)).toBe(largestSum);
    expect(Math.abs(biases[0]!)).toBeGreaterThan(1000);
  });
});
