import * as runtime from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { type Model, readModel, writeModel } from "../../shared/onnx/model.ts";
import { canonicalise } from "../../training/export/canonicalise.ts";
import { relative } from "../finetune/graph/run-case.ts";
import { GraphBuilder } from "../onnx/graph-builder.ts";
import { noiseTensor } from "./models.ts";

const size = 16;

const logitsOf = async (model: Model): Promise<Float32Array> => {
  const session = await runtime.InferenceSession.create(writeModel(model), { logSeverityLevel: 3 });
  const { logits } = await session.run({
    image: new runtime.Tensor("float32", noiseTensor(3, size), [1, 3, size, size]),
  });
  await session.release();
  return (logits!.data as Float32Array).slice();
};

/** With numbers as a trained one has them. */
const normalise = (graph: GraphBuilder, input: string, channels: number): string => {
  const numbers = (name: string, around: number, limit: number) =>
    graph.constant(
      `${input}_${name}`,
      [channels],
      graph.random(channels, limit).map((number) => around + number),
    );
  const stored = [numbers("weight", 1, 0.5), numbers("bias", 0, 1), numbers("mean", 0, 1), numbers("variance", 1, 0.9)];
  return graph.add("BatchNormalization", [input, ...stored], { epsilon: { float: 0.001 } });
};

const pooled = (graph: GraphBuilder, map: string): string =>
  graph.add("Flatten", [graph.add("GlobalAveragePool", [map])]);

describe("a batch normalisation", () => {
  it("of maps side by side, of the photo, or of an activation becomes a convolution that says the same", async () => {
    const graph = new GraphBuilder({ size, seed: 8 });
    const first = graph.add("Relu", [graph.conv(normalise(graph, "image", 3), 6, { kernel: 3 })]);
    const both = graph.add("Concat", [first, graph.conv(first, 4, { kernel: 3 })], { axis: 1 }, 10);
    const map = graph.add("Relu", [normalise(graph, normalise(graph, graph.add("Relu", [both]), 10), 10)]);
    graph.output(graph.gemm(pooled(graph, map), 5), "logits");
    const model = readModel(graph.build());
    const plain = await canonicalise(writeModel(model));
    expect(plain.graph.node.map(({ opType }) => opType)).not.toContain("BatchNormalization");
    expect(relative(await logitsOf(plain), await logitsOf(model))).toBeLessThan(1e-5);
  });

  it("of a vector has no form, and the backbone is refused by its name", async () => {
    const graph = new GraphBuilder({ size, seed: 9 });
    const hidden = graph.add("Relu", [graph.gemm(pooled(graph, graph.conv("image", 6)), 4)]);
    graph.output(graph.gemm(normalise(graph, hidden, 4), 5), "logits");
    await expect(canonicalise(graph.build())).rejects.toThrow(/node BatchNormalization .* cannot be exported/);
  });
});
