import { beforeAll, describe, expect, it } from "vitest";
import { createNativeEngine } from "../../shared/engine/native.ts";
import { createWebEngine } from "../../shared/engine/web.ts";
import { prune } from "../../shared/onnx/graph.ts";
import { readModel, writeModel } from "../../shared/onnx/model.ts";
import { calibrate } from "../../training/export/calibrate.ts";
import { buildFeatureModel } from "../../training/export/feature-model.ts";
import { buildFloatModel } from "../../training/export/float-model.ts";
import { buildLadder, runsOn } from "../../training/export/ladder.ts";
import { quantize } from "../../training/export/quantize.ts";
import { type ActivationStatistics, activationStatisticsSchema } from "../../training/export/statistics.ts";
import type { Dense } from "../../training/head/head.ts";
import { headLogits } from "../../training/head/logits.ts";
import { classes, draw, random } from "../drawing.ts";
import { cuts, runNatively, smallBackbone, smallInput, tensorsOf, viewsOf } from "./models.ts";

const { size } = smallInput;
let backbone: Uint8Array;
let photos: Float32Array[];
let model: Uint8Array;
let statistics: ActivationStatistics;

const channels = cuts.reduce((sum, cut) => sum + cut.channels, 0);

const randomHead = (count: number, seed: number, channels: number): Dense => {
  const next = random(seed);
  const numbers = (length: number) => Float32Array.from({ length }, () => (next() - 0.5) / 5);
  return { weights: numbers(count * channels), bias: numbers(count) };
};

/** weights x features + bias, in doubles. */
const apply = ({ weights, bias }: Dense, features: Float32Array): number[] =>
  Array.from(bias, (start, row) =>
    features.reduce((sum, feature, c) => sum + feature * weights[row * features.length + c]!, start),
  );

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));

const head = randomHead(5, 1, channels);

beforeAll(async () => {
  backbone = await smallBackbone();
  const drawn = await Promise.all(classes.map((kind, i) => draw(kind, i).jpeg().toBuffer()));
  photos = (await Promise.all(drawn.map((photo) => tensorsOf(photo, viewsOf(3, 1), smallInput)))).flat();
  model = await buildFloatModel({ backbone, cuts, head });
  statistics = await calibrate({ model, size, photos });
});

describe("the float model", () => {
  it("gives head x features, and a heat map whose mean plus the bias is the logits", async () => {
    const [features] = await runNatively(await buildFeatureModel(backbone, cuts), "float32", [photos[0]!]);
    const session = await (await createNativeEngine()).load({ bytes: model, precision: "float32", size });
    const { logits, heatmap } = await session.run(photos[0]!, { heatmap: true });
    await session.dispose();
    expect(features).toHaveLength(channels);
    expect(largestDifference(logits, apply(head, features!))).toBeLessThan(1e-4);
    expect(heatmap).toMatchObject({ classes: 5, width: 3, height: 3 });
    const means = Array.from(
      head.bias,
      (bias, k) => bias + heatmap!.data.slice(9 * k, 9 * k + 9).reduce((a, b) => a + b) / 9,
    );
    expect(largestDifference(logits, means)).toBeLessThan(1e-4);
  });

  it("gives what a keras head says of means, and no heat map", async () => {
    const { channels } = cuts[0];
    const layers = { hidden: randomHead(12, 4, channels), output: randomHead(5, 5, 12) };
    const [features] = await runNatively(await buildFeatureModel(backbone, [cuts[0]], true), "float32", [photos[0]!]);
    expect(features).toHaveLength(2 * channels);
    const bytes = await buildFloatModel({ backbone, cuts: [cuts[0]], head: layers });
    const session = await (await createNativeEngine()).load({ bytes, precision: "float32", size });
    const { logits, heatmap } = await session.run(photos[0]!, { heatmap: true });
    await session.dispose();
    expect(
      largestDifference(logits, headLogits({ kind: "keras", ...layers, history: [] }, features!)[0]!),
    ).toBeLessThan(1e-4);
    expect(heatmap).toBeUndefined();
  });

  it("sums the background classes into one last logit, and leaves them out of the heat map", async () => {
    const [head, background] = [randomHead(5, 1, cuts[0].channels), randomHead(40, 2, cuts[0].channels)];
    const [features] = await runNatively(await buildFeatureModel(backbone, [cuts[0]]), "float32", [photos[0]!]);
    const bytes = await buildFloatModel({ backbone, cuts: [cuts[0]], head, background });
    const session = await (await createNativeEngine()).load({ bytes, precision: "float32", size });
    const { logits, heatmap } = await session.run(photos[0]!, { heatmap: true });
    await session.dispose();
    const rest = Math.log(apply(background, features!).reduce((sum, logit) => sum + Math.exp(logit), 0));
    expect(largestDifference(logits, [...apply(head, features!), rest])).toBeLessThan(1e-4);
    expect(heatmap!.classes).toBe(5);
  });

  it("refuses a head that was trained on other cuts", async () => {
    const build = buildFloatModel({ backbone, cuts: [cuts[0]], head });
    await expect(build).rejects.toThrow(
      "a head of 1952 channels cannot read feature maps of 1280; train it on these cuts",
    );
  });

  it("names the tensor that could be meant when the cut is none", async () => {
    const build = buildFloatModel({ backbone, cuts: [{ tensor: "features.18", channels: 1 }], head });
    await expect(build).rejects.toThrow(
      `no tensor "features.18" to cut at; it pools "${cuts[0].tensor}": name that one`,
    );
  });

  it("names the node of an operator that it does not know, and the fix", async () => {
    const strange = readModel(backbone);
    strange.graph.node.find(({ opType }) => opType === "GlobalAveragePool")!.opType = "GlobalLpPool";
    await expect(buildFeatureModel(writeModel(strange), cuts)).rejects.toThrow(
      /node GlobalLpPool "\/GlobalAveragePool" has an operator that cannot be exported; replace it by some of Abs, Add/,
    );
  });

  it("says what the backbone ends with when it pools nowhere and has no classifier", async () => {
    const flat = readModel(backbone);
    flat.graph.output = [{ ...flat.graph.output[0]!, name: cuts[0].tensor }];
    prune(flat.graph);
    await expect(buildFeatureModel(writeModel(flat), [{ tensor: "nowhere", channels: 1 }])).rejects.toThrow(
      /neither a global average pooling nor a fully connected layer in the backbone/,
    );
  });
});

describe("calibration", () => {
  it("is plain numbers that survive JSON", () => {
    expect(activationStatisticsSchema.parse(JSON.parse(JSON.stringify(statistics)))).toEqual(statistics);
    expect(statistics.photos).toBe(15);
  });

  it("needs photos", async () => {
    await expect(calibrate({ model, size, photos: [] })).rejects.toThrow("calibration needs photos, and got none");
  });

  it("belongs to one model", () => {
    expect(() => quantize({ model, statistics: { photos: 1, tensors: {} } })).toThrow(
      /no activation range for the tensor/,
    );
  });
});

describe("the forms", () => {
  it("are the same bytes each time", async () => {
    const [first, second] = [buildLadder(model, statistics), buildLadder(model, statistics)];
    for (const [i, rung] of first.entries()) {
      const [a, b] = await Promise.all([rung.build(), second[i]!.build()]);
      expect(Buffer.compare(a.bytes, b.bytes), rung.name).toBe(0);
    }
  });

  it("stay close to the float model in both engines, with the heat map", async () => {
    const engines = [await createNativeEngine(), await createWebEngine()];
    const float = await engines[0]!.load({ bytes: model, precision: "float32", size });
    const expected = await float.run(photos[0]!, { heatmap: true });
    await float.dispose();
    for (const rung of buildLadder(model, statistics)) {
      const form = await rung.build();
      const { bytes, precision, name } = form;
      for (const engine of engines.filter(({ kind }) => runsOn(form, kind))) {
        const session = await engine.load({ bytes, precision, size });
        const { logits, heatmap } = await session.run(photos[0]!, { heatmap: true });
        await session.dispose();
        expect(largestDifference(logits, expected.logits), `${name} ${engine.name}`).toBeLessThan(0.25);
        expect(largestDifference(heatmap!.data, expected.heatmap!.data), `${name} ${engine.name}`).toBeLessThan(2.5);
      }
    }
  });

  it("store int8 weights with a scale per channel, and fuse into integer convolutions", async () => {
    const { bytes } = await buildLadder(model, statistics)[0]!.build();
    const { graph } = readModel(bytes);
    const kinds = graph.node.map(({ opType }) => opType);
    expect(kinds.filter((kind) => kind === "QLinearConv")).toHaveLength(51);
    expect(kinds).not.toContain("Conv");
    expect(kinds).not.toContain("Clip");
    expect(bytes.length).toBeLessThan(5.5e6);
  });
});
