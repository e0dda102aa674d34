/**
 * The article's recipe, an InceptionResNetV2 with a keras head, with random weights: from the command line on small photos,
 * where the gate's 500 views take minutes; and stage by stage on photos of 331 pixels, as the article has them.
 */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWebEngine } from "../../../shared/engine/web.ts";
import { readModel } from "../../../shared/onnx/model.ts";
import { readManifest } from "../../../shared/registry.ts";
import { openStore } from "../../../shared/store/open.ts";
import { openBackbone } from "../../../training/backbone/open.ts";
import { calibrate } from "../../../training/export/calibrate.ts";
import { buildFloatModel } from "../../../training/export/float-model.ts";
import { buildLadder } from "../../../training/export/ladder.ts";
import { featureWorkOf } from "../../../training/features/work.ts";
import { trainKerasHead } from "../../../training/head/keras/train.ts";
import { headLogits } from "../../../training/head/logits.ts";
import { loadTensorFlow } from "../../../training/head/tensorflow.ts";
import { countOperators, expectFused } from "../../backbone/keras/fused.ts";
import { draw, drawFolder } from "../../drawing.ts";
import { endCommands, runCommand, runForData } from "../../e2e/command.ts";
import { temporaryFolder } from "../../e2e/folders.ts";
import type { Trained } from "../../e2e/training.ts";
import { runNatively, tensorsOf } from "../../export/models.ts";
import { relative } from "../../finetune/graph/run-case.ts";
import { has } from "../../require.ts";
import { silent } from "../../silent.ts";
import { runReference } from "../../tools/keras/python.ts";

const name = "inception-resnet-v2";
const classes = ["circles", "stripes"] as const;

describe.runIf(has("keras"))("the article's recipe", async () => {
  const { home, remove } = await temporaryFolder("keras-recipe");
  const weights = join(home, `${name}.h5`);
  afterAll(async () => {
    endCommands();
    await remove();
  });
  beforeAll(() => runReference("published", home, name, "75"));

  it("runs at 331 pixels: features, head, export, an int8 model that fuses whole and answers in the web engine", async () => {
    const size = 331;
    const opened = await openBackbone(name, { size, weights }, { progress: silent });
    const { backbone, bytes, work } = await featureWorkOf(opened, "keras");
    expect(backbone.input.crop).toBeCloseTo(331 / 342);
    const tensors: Float32Array[] = [];
    for (let photo = 0; photo < 8; photo++)
      tensors.push(
        ...(await tensorsOf(
          await draw(classes[photo % 2]!, photo)
            .jpeg()
            .toBuffer(),
          [{}],
          backbone.input,
        )),
      );
    const features = await runNatively(work.model.bytes, "float32", tensors);
    expect(features[0]).toHaveLength(2 * 1536);

    const tf = await loadTensorFlow();
    const training = {
      features: Float32Array.from(features.flatMap((row) => [...row])),
      labels: Int32Array.from(features, (_, photo) => photo % 2),
    };
    const head = await trainKerasHead({ tf, training, classes: 2, settings: { epochs: 3, units: 32 } });
    const float = await buildFloatModel({ backbone: bytes, cuts: backbone.cuts, head });
    const [expected] = await runNatively(float, "float32", tensors.slice(0, 1));
    expect(relative(expected!, headLogits(head, features[0]!)[0]!)).toBeLessThan(1e-4);

    const statistics = await calibrate({ model: float, photos: tensors.slice(0, 4), size });
    const rungs = buildLadder(float, statistics);
    const int8 = await rungs.find((rung) => rung.name === "int8")!.build();
    expect(int8.bytes.length).toBeGreaterThan(54e6);
    expect(int8.bytes.length).toBeLessThan(58e6);
    expectFused(countOperators(readModel(int8.bytes)), 244);

    const plan = await rungs.find((rung) => rung.name === "int8-plan")!.build();
    const web = await createWebEngine();
    const session = await web.load({ bytes: plan.bytes, precision: "int8", size });
    const { logits } = await session.run(tensors[0]!);
    await session.dispose();
    const [native] = await runNatively(int8.bytes, "int8", tensors.slice(0, 1));
    expect(relative(logits, native!)).toBeLessThan(1e-3);
  });

  it("is one command, whose manifest says that the model is too much for the edge", async () => {
    await drawFolder(join(home, "dogs"), 2, 10);
    const recipe = ["--backbone", name, "--batch-size", "32", "--head", "keras", "--epochs", "20"];
    const command = ["train", "dogs/", ...recipe, "--weights", weights, "--input-size", "75", "--force", "--json"];
    const { code, stdout, stderr } = await runCommand(command, { cwd: home });
    expect(code, stderr).toBe(0);
    const trained = JSON.parse(stdout) as Trained;
    const store = openStore(`file:${join(home, ".whippet/store")}`);
    const manifest = await readManifest(store, trained.model, trained.version);
    expect(manifest).toMatchObject({
      ...{ input: { size: 75 }, head: { kind: "keras" } },
      backbone: { name, source: "the owner's file inception-resnet-v2.h5", licence: "not stated" },
      limits: { edge: { fits: false } },
    });
    expect(manifest.serve).toEqual({ native: "model.int8.onnx", web: "model.plan" });
    const photo = join("dogs", classes[0], `${classes[0]}-0.jpg`);
    const answered = await runForData<{ predictions: unknown[] }>(["classify", photo], { cwd: home });
    expect(answered.predictions).toHaveLength(2);
  });
});
