import { describe, expect, it } from "vitest";
import { type Model, readModel } from "../../../shared/onnx/model.ts";
import { compileGraph } from "../../../training/finetune/graph/compile.ts";
import { putBack } from "../../../training/finetune/graph/put-back.ts";
import { splitModel } from "../../../training/finetune/graph/split.ts";
import { loadTensorFlow } from "../../../training/head/tensorflow.ts";
import { createDice } from "../../lean/dice.ts";
import { networkSize, networks } from "../../onnx/networks.ts";
import { visionTransformer } from "../../onnx/vision-transformer.ts";
import { askOneByOne, joined } from "./network-suite.ts";
import { relative } from "./run-case.ts";
import { lastWeights } from "./train.ts";

const count = 3;
const photos = createDice(9).normals(count * 3 * networkSize ** 2, 1);

/** What the last addition before the head makes: residual blocks end so. */
const lastSum = ({ graph }: Model, back: number): string =>
  graph.node.filter(({ opType, output }) => opType === "Add" && !output[0]!.includes("logits")).at(-1 - back)!
    .output[0]!;

describe("splitModel", () => {
  it.each([
    ["ResNet", networks.ResNet!, 0],
    ["MobileNetV2", networks.MobileNetV2!, 1],
    ["a vision transformer exported for one photo", () => visionTransformer("one"), 4],
  ] as const)("gives two graphs that say together what the one said: %s", async (_, make, back) => {
    const model = readModel(make());
    const cut = lastSum(model, back);
    const { prefix, suffix } = splitModel(model, [cut]);
    expect(prefix.graph.node.length + suffix.graph.node.length).toBe(model.graph.node.length);
    expect(prefix.graph.initializer.length).toBeGreaterThan(0);

    // The prefix photo by photo in onnxruntime, the suffix on all at once
    const features = (await askOneByOne(prefix, photos, networkSize))[cut]!;
    const tf = await loadTensorFlow();
    const whole = compileGraph(model, { tf, outputs: [cut] });
    const shape = tf.tidy(() => whole.run({ image: tf.zeros([count, 3, networkSize, networkSize]) })[cut]!.shape);
    whole.dispose();
    const graph = compileGraph(suffix, { tf, trainable: lastWeights(suffix, 2) });
    const given = tf.tensor(joined(features), shape);
    const outputs = graph.run({ [cut]: given });
    const expected = await askOneByOne(model, photos, networkSize);
    expect(relative(outputs.logits!.dataSync(), joined(expected.logits!))).toBeLessThan(1e-4);
    tf.dispose([given, outputs]);
    graph.dispose();
  });

  it("refuses a cut that a way leads around, and one that is not there", () => {
    const model = readModel(networks.ResNet!());
    const branch = model.graph.node.filter(({ opType }) => opType === "Conv")[1]!.output[0]!;
    expect(() => splitModel(model, [branch])).toThrow(
      `the outputs depend on "image" by a way around "${branch}"; name tensors that every way passes`,
    );
    expect(() => splitModel(model, ["nothing"])).toThrow('the graph has no tensor "nothing" to be split at');
  });
});

describe("putBack", () => {
  it("changes the named numbers alone, and in a copy", () => {
    const model = readModel(networks.ResNet!());
    const [before, last] = lastWeights(model, 2) as [string, string];
    const bytes = (of: Model, name: string) => of.graph.initializer.find((stored) => stored.name === name)!.rawData;
    const changed = putBack(model, new Map([[last, new Float32Array(10).fill(2)]]));
    expect([...new Float32Array(Uint8Array.from(bytes(changed, last)).buffer)]).toEqual(Array(10).fill(2));
    expect(bytes(changed, before)).toEqual(bytes(model, before));
    expect(bytes(changed, last)).not.toEqual(bytes(model, last));
  });

  it("refuses numbers that are another graph's", () => {
    const model = readModel(networks.ResNet!());
    const [, last] = lastWeights(model, 2) as [string, string];
    expect(() => putBack(model, new Map([["nothing", new Float32Array(1)]]))).toThrow(
      'the graph has no initializer "nothing" to put numbers into',
    );
    expect(() => putBack(model, new Map([[last, new Float32Array(9)]]))).toThrow(
      `tensor ${last} of shape [10] needs 10 numbers, not 9`,
    );
  });
});
