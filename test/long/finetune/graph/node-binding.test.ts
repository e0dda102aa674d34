import { describe, expect, it } from "vitest";
import { readModel } from "../../../../shared/onnx/model.ts";
import { loadTensorFlow } from "../../../../training/head/tensorflow.ts";
import { describeNetworks } from "../../../finetune/graph/network-suite.ts";
import { relative } from "../../../finetune/graph/run-case.ts";
import { describeOperators } from "../../../finetune/graph/suite.ts";
import { trained } from "../../../finetune/graph/train.ts";
import { createDice } from "../../../lean/dice.ts";
import { convNeXt, networkSize, networks } from "../../../onnx/networks.ts";
import { visionTransformer } from "../../../onnx/vision-transformer.ts";
import { has } from "../../../require.ts";
import { loadTfjsNode } from "../../../tools/tfjs-node.ts";

describe.runIf(has("tfjs-node"))("on the node binding", () => {
  // First: the WebAssembly backend starts but once in a process
  it("trains to the same numbers as on WebAssembly, by either gradients", async () => {
    const shape = [4, 3, networkSize, networkSize];
    const photos = createDice(8).normals(
      shape.reduce((product, side) => product * side),
      1,
    );
    const options = { weights: 40, steps: 4, rate: 0.002 };
    for (const make of [
      networks.MobileNetV2!,
      networks.ResNet!,
      networks["Inception-ResNet"]!,
      convNeXt,
      () => visionTransformer("any"),
    ]) {
      const model = readModel(make());
      const wasm = await loadTensorFlow();
      await wasm.setBackend("wasm");
      const expected = trained(model, { tf: wasm }, photos, shape, options);
      for (const gradients of ["composed", "native"] as const) {
        const tf = loadTfjsNode();
        await tf.setBackend("tensorflow");
        const found = trained(model, { tf, gradients }, photos, shape, options);
        expect(relative(found.losses, Float32Array.from(expected.losses))).toBeLessThan(1e-4);
        for (const [name, numbers] of expected.numbers)
          expect(relative(found.numbers.get(name)!, numbers), name).toBeLessThan(1e-3);
      }
      await wasm.setBackend("wasm");
    }
  });

  describe.each(["composed", "native"] as const)("with %s gradients", (gradients) => {
    const load = async () => {
      const tf = loadTfjsNode();
      await tf.setBackend("tensorflow");
      return { tf, gradients };
    };
    describeOperators(load, 6);
    describeNetworks(load);
  });
});
