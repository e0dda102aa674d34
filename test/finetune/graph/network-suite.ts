/** What holds of whole networks, on whichever backend. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as runtime from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { type Model, readModel, writeModel } from "../../../shared/onnx/model.ts";
import { packageRoot } from "../../../shared/package-root.ts";
import { canonicalise } from "../../../training/export/canonicalise.ts";
import { compileGraph } from "../../../training/finetune/graph/compile.ts";
import { putBack } from "../../../training/finetune/graph/put-back.ts";
import { createDice } from "../../lean/dice.ts";
import { exported, exportedBy } from "../../onnx/exported.ts";
import { convNeXt, networkSize, networks } from "../../onnx/networks.ts";
import { visionTransformer } from "../../onnx/vision-transformer.ts";
import { type Backend, relative } from "./run-case.ts";
import { trained } from "./train.ts";

const drawn: Record<string, () => Uint8Array> = {
  ...networks,
  ConvNeXt: convNeXt,
  "a vision transformer exported for one photo": () => visionTransformer("one"),
  "a vision transformer exported for any number": () => visionTransformer("any"),
  ...Object.fromEntries(exportedBy("dynamo").map((name) => [name, () => exported(name)])),
};

const backbones = { lite0: 224, lite2: 260 } as const;

/** What onnxruntime says of each photo by itself. */
export const askOneByOne = async (
  model: Model,
  photos: Float32Array,
  size: number,
): Promise<Record<string, Float32Array[]>> => {
  const session = await runtime.InferenceSession.create(writeModel(model), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const each = 3 * size * size;
  const answers: Record<string, Float32Array[]> = {};
  for (let at = 0; at < photos.length; at += each) {
    const image = new runtime.Tensor("float32", photos.slice(at, at + each), [1, 3, size, size]);
    const results = await session.run({ image });
    for (const name of session.outputNames) (answers[name] ??= []).push((results[name]!.data as Float32Array).slice());
  }
  await session.release();
  return answers;
};

export const joined = (parts: readonly Float32Array[]): Float32Array =>
  Float32Array.from(parts.flatMap((part) => [...part]));

export const describeNetworks = (load: () => Backend | Promise<Backend>): void => {
  const compare = async (model: Model, size: number, count: number): Promise<number> => {
    const { tf, ...options } = await load();
    const photos = createDice(5).normals(count * 3 * size * size, 1);
    const expected = await askOneByOne(model, photos, size);
    const graph = compileGraph(model, { tf, ...options });
    const image = tf.tensor(photos, [count, 3, size, size]);
    const outputs = graph.run({ image });
    const off = graph.outputs.map((name) => relative(outputs[name]!.dataSync(), joined(expected[name]!)));
    tf.dispose([image, outputs]);
    graph.dispose();
    return Math.max(...off);
  };

  it.each(Object.entries(drawn))("answers as onnxruntime does, several photos at once: %s", async (_, make) => {
    expect(await compare(readModel(make()), networkSize, 3)).toBeLessThan(1e-4);
  });

  it.each(Object.entries(backbones))(
    "answers as onnxruntime does: %s, its weights in half precision",
    async (name, size) => {
      const bytes = await readFile(join(packageRoot, `models/efficientnet-${name}.fp16.onnx`));
      expect(await compare(readModel(bytes), size, 1)).toBeLessThan(1e-4);
    },
  );

  describe("a network whose last weights were trained", () => {
    const options = { weights: 6, steps: 4, rate: 0.002 };

    it.each(Object.entries(drawn))("answers in onnxruntime as it did when trained: %s", async (_, make) => {
      const backend = await load();
      const before = backend.tf.memory().numTensors;
      const model = readModel(make());
      const photos = createDice(6).normals(3 * 3 * networkSize ** 2, 1);
      const { losses, numbers, logits } = trained(model, backend, photos, [3, 3, networkSize, networkSize], options);
      expect(losses.at(-1)).toBeLessThan(losses[0]!);
      expect(backend.tf.memory().numTensors).toBe(before);
      const answers = await askOneByOne(putBack(model, numbers), photos, networkSize);
      expect(relative(logits, joined(answers.logits!))).toBeLessThan(1e-4);
    });

    it("may be a backbone, in the plain form that it is exported in", async () => {
      const backend = await load();
      const model = await canonicalise(await readFile(join(packageRoot, "models/efficientnet-lite0.fp16.onnx")));
      const size = backbones.lite0;
      const photos = createDice(7).normals(2 * 3 * size * size, 1);
      const { losses, numbers, logits } = trained(model, backend, photos, [2, 3, size, size], { ...options, steps: 2 });
      expect(losses.at(-1)).toBeLessThan(losses[0]!);
      const answers = await askOneByOne(putBack(model, numbers), photos, size);
      expect(relative(logits, joined(answers.logits!))).toBeLessThan(1e-4);
    });
  });
};
