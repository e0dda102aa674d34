import { describe, expect, it } from "vitest";
import { type ClassifierParts, createClassifier } from "../../shared/classifier/classifier.ts";
import type { Session } from "../../shared/engine/engine.ts";
import { sha256 } from "../../shared/hash.ts";
import { nodeLimits } from "../../shared/limits.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import { draw } from "../drawing.ts";

const photo = new Uint8Array(await draw("stars", 5, 400, 300).withMetadata({ orientation: 6 }).jpeg().toBuffer());
const manifest = {
  name: "pets",
  version: "20260131T120000Z-1a2b3c4d5e6f",
  task: "single-label" as const,
  labels: ["cat", "dog", "something else"],
  background: "something else",
  input: {
    size: 64,
    crop: 1,
    interpolation: "bicubic" as const,
    mean: [0, 0, 0] as [number, number, number],
    std: [1, 1, 1] as [number, number, number],
    pixelPath: 1,
  },
  outputs: { logits: "logits", heatmap: { name: "heatmap", classes: 2 } },
  head: { kind: "linear" },
  temperature: 2,
  unknown: { threshold: 3, kept: 0.95 },
};

const classifier = async (
  logits: number[],
  clock = { now: () => 0, measures: false },
  changed: Partial<ClassifierParts["manifest"]> = {},
) => {
  const tensors: Float32Array[] = [];
  const session: Session = {
    async run(tensor, options) {
      tensors.push(tensor);
      const mapped = options?.heatmap && (changed.outputs ?? manifest.outputs).heatmap;
      const heatmap = { data: Float32Array.of(1, 3, 2, 5, -4, -4), classes: 2, width: 3, height: 1 };
      return { logits: Float32Array.from(logits), ...(mapped && { heatmap }) };
    },
    dispose: async () => {},
  };
  const codecs = await loadCodecs();
  const parts = {
    manifest: { ...manifest, ...changed },
    session,
    engine: { name: "web" as const },
    codecs,
    limits: nodeLimits.photo,
    clock,
  };
  return { ...createClassifier(parts), tensors };
};

describe("the classifier", () => {
  it("divides the logits by the temperature", async () => {
    const { predictions } = await (await classifier([0, 8, 0])).classify(photo);
    expect(predictions[0]!.score).toBeCloseTo(Math.exp(4) / (Math.exp(4) + 2), 12);
  });

  it.each([
    ["known when its energy is high", [0, 4, 0], false],
    ["unknown when its energy is low", [0, 1, 0], true],
    ["unknown when the background wins", [0, 4, 5], true],
  ])("calls a photo %s", async (_, logits, unknown) => {
    expect((await (await classifier(logits)).classify(photo)).unknown).toBe(unknown);
  });

  it("maps the best label over the upright photo's centre square", async () => {
    const { heatmap } = await (await classifier([5, 0, 0])).classify(photo, { heatmap: true });
    // stored 400 x 300, upright 300 x 400
    const box = { x: 0, y: 50, width: 300, height: 300 };
    expect(heatmap).toEqual({ label: "cat", width: 3, height: 1, values: [0, 1, 0.5], box });
  });

  it("scales a map from its own least to its own most evidence", async () => {
    const { heatmap } = await (await classifier([0, 5, 0])).classify(photo, { heatmap: true });
    expect(heatmap?.values).toEqual([1, 0, 0]);
  });

  it("has no map of the background, and says so", async () => {
    const answer = await (await classifier([0, 0, 5])).classify(photo, { heatmap: true });
    expect(answer).not.toHaveProperty("heatmap");
    expect(answer.noHeatmap).toBe("its best label, something else, has none");
  });

  it.each([
    ["keras", /^its head is keras, .* --head linear$/],
    ["linear", /^its backbone gives one vector of a photo/],
  ])("says why a model has no maps under a %s head, where one was asked for", async (kind, why) => {
    const { classify } = await classifier([5, 0, 0], undefined, { outputs: { logits: "logits" }, head: { kind } });
    expect((await classify(photo, { heatmap: true })).noHeatmap).toMatch(why);
    expect(await classify(photo)).not.toHaveProperty("noHeatmap");
  });

  it("traces the very tensor that the engine got", async () => {
    const { classify, tensors } = await classifier([0, 0, 5]);
    const { trace } = await classify(photo, { trace: true });
    expect(trace?.tensor).toBe(await sha256(new Uint8Array(tensors[0]!.buffer)));
    expect(trace?.logits).toEqual([0, 0, 5]);
  });

  it("gives timings only where time passes", async () => {
    let now = 0;
    const ticking = { now: () => ++now, measures: true };
    expect((await (await classifier([0, 0, 0], ticking)).classify(photo)).timings).toEqual({
      decode: 1,
      pixels: 1,
      infer: 1,
    });
    expect(await (await classifier([0, 0, 0])).classify(photo)).not.toHaveProperty("timings");
  });

  it.each([
    ["too few logits", [1, 2]],
    ["no numbers", [1, Number.NaN, 2]],
  ])("refuses a model that gives %s", async (_, logits) => {
    await expect((await classifier(logits)).classify(photo)).rejects.toThrow(/publish it again/);
  });

  it("stops before inference when it is aborted", async () => {
    const { classify, tensors } = await classifier([0, 0, 0]);
    await expect(classify(photo, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
    expect(tensors).toHaveLength(0);
  });
});

describe("the classifier of a multi-label model", () => {
  const labels = ["cat", "dog", "fox"];
  const { background: _, unknown: __, ...plain } = manifest;
  const several = async (logits: number[], thresholds: number[]) =>
    (
      await classifier(logits, undefined, { ...plain, task: "multi-label", labels, temperature: 1, thresholds })
    ).classify(photo, { top: 1 });
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

  it("gives all labels whose score reaches their own threshold, however few predictions are asked for", async () => {
    const answer = await several([0.5, -1, 2], [0.6, 0.2, 0.9]);
    expect(answer.predictions).toEqual([{ label: "fox", score: expect.closeTo(sigmoid(2), 12) }]);
    expect(answer.labels).toEqual([
      { label: "cat", score: expect.closeTo(sigmoid(0.5), 12) },
      { label: "dog", score: expect.closeTo(sigmoid(-1), 12) },
    ]);
    expect(answer.unknown).toBe(false);
  });

  it("says that it knows nothing on the photo where no label reaches its threshold", async () => {
    const answer = await several([5, 5, 5], [1, 1, 1]);
    expect(answer).toMatchObject({ labels: [], unknown: true });
    expect(answer.predictions).toHaveLength(1);
  });
});
