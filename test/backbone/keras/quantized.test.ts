/** A reduced Inception-ResNet from Keras, with a head: what becomes of it on its way to a server. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createWebEngine } from "../../../shared/engine/web.ts";
import { readModel } from "../../../shared/onnx/model.ts";
import { convertKeras } from "../../../training/backbone/keras/convert.ts";
import { readTopology } from "../../../training/backbone/keras/topology.ts";
import { readKerasWeights } from "../../../training/backbone/keras/weights.ts";
import { calibrate } from "../../../training/export/calibrate.ts";
import { buildFloatModel } from "../../../training/export/float-model.ts";
import { buildLadder } from "../../../training/export/ladder.ts";
import { random } from "../../drawing.ts";
import { noiseTensor, runNatively } from "../../export/models.ts";
import { relative } from "../../finetune/graph/run-case.ts";
import { readReference } from "./answer.ts";
import { countOperators, expectFused } from "./fused.ts";

const fixture = (file: string): string => join(import.meta.dirname, "fixtures", file);

describe("an Inception-ResNet of Keras in int8", () => {
  it("fuses whole, and answers in both engines as it does in float", async () => {
    const { size, topology } = await readReference(fixture("inception.json"));
    const weights = await readKerasWeights(fixture("inception.h5"));
    const { bytes, output } = convertKeras({ topology: readTopology(topology), weights }, size);
    const next = random(3);
    const dense = (outputs: number, inputs: number) => ({
      weights: Float32Array.from({ length: outputs * inputs }, () => 2 * next() - 1),
      bias: Float32Array.from({ length: outputs }, next),
    });
    const float = await buildFloatModel({
      backbone: bytes,
      cuts: [output],
      head: { hidden: dense(8, output.channels), output: dense(3, 8) },
    });
    const photos = [1, 2, 3, 4].map((seed) => noiseTensor(seed, size));
    const rungs = buildLadder(float, await calibrate({ model: float, photos, size }));
    const formOf = (name: string) => rungs.find((rung) => rung.name === name)!.build();

    const [expected] = await runNatively(float, "float32", photos);
    const int8 = await formOf("int8");
    expectFused(countOperators(readModel(int8.bytes)), 9);
    const [native] = await runNatively(int8.bytes, "int8", photos);
    expect(relative(native!, expected!)).toBeLessThan(0.1);

    const { bytes: plan, precision } = await formOf("int8-plan");
    const session = await (await createWebEngine()).load({ bytes: plan, precision, size });
    const { logits } = await session.run(photos[0]!);
    await session.dispose();
    expect(relative(logits, native!)).toBeLessThan(1e-3);
  });
});
