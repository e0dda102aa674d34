import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { loadHere, readVersion, startModel } from "../../functions/models/running.ts";
import { systemClock } from "../../shared/classifier/clock.ts";
import type { Session } from "../../shared/engine/engine.ts";
import { encodePlan } from "../../shared/engine/lean/encode.ts";
import { createLeanNodeEngine } from "../../shared/engine/lean/lean-node.ts";
import type { Window } from "../../shared/engine/lean/operators.ts";
import { parsePlan } from "../../shared/engine/lean/parse.ts";
import { roundUp } from "../../shared/engine/lean/plan.ts";
import { createProgram } from "../../shared/engine/lean/program.ts";
import { nodeLimits } from "../../shared/limits.ts";
import { loadCodecs } from "../../shared/pixels/codecs-node.ts";
import { catalogue, readBackbone } from "../../training/backbone/catalogue.ts";
import { readBackboneHead } from "../../training/export/backbone-head.ts";
import { buildFloatModel } from "../../training/export/float-model.ts";
import { compilePlan } from "../../training/export/plan/compile.ts";
import { int8Form, wave } from "../export/plan/forms.ts";
import { publishModel } from "../functions/publishing.ts";
import { createMemoryStore } from "../store/memory.ts";
import { createDraft, finishDraft, type Shape } from "./drafts.ts";
import { kernels } from "./kernels.ts";
import { slid } from "./windows.ts";

const { size } = catalogue.lite0.input;
let onnx: Uint8Array;
let plan: Uint8Array;

beforeAll(async () => {
  const { backbone, bytes } = await readBackbone("lite0");
  const head = await readBackboneHead(bytes, catalogue.lite0.imagenetHead);
  const float = await buildFloatModel({ backbone: bytes, cuts: [backbone.cuts[0]], head });
  onnx = await int8Form(float, size, [wave(1, size)]);
  plan = await compilePlan(onnx);
});

const load = async (bytes = plan) => (await createLeanNodeEngine()).load({ bytes, precision: "int8", size });

/** Whether nothing holds it any more. Threads that worked on it may do so for some turns. */
const isCollected = async (reference: WeakRef<object>): Promise<boolean> => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let turn = 0; turn < 20; turn++) {
    await setImmediate();
    collect();
    if (reference.deref() === undefined) return true;
  }
  return false;
};

/** Nothing outside the session holds these bytes. */
const loadCopy = async (): Promise<{ session: Session; bytes: WeakRef<ArrayBufferLike> }> => {
  const bytes = plan.slice();
  return { session: await load(bytes), bytes: new WeakRef(bytes.buffer) };
};

/** A session that has answered, and the memory of its instance, the only one made meanwhile. */
const openMemory = async (): Promise<{ memory: WeakRef<WebAssembly.Memory>; dispose: () => Promise<void> }> => {
  const instantiate = vi.spyOn(WebAssembly, "instantiate");
  const session = await load();
  const instance = (await instantiate.mock.results[0]!.value) as WebAssembly.Instance;
  instantiate.mockRestore();
  await session.run(wave(30, size));
  return { memory: new WeakRef(instance.exports.memory as WebAssembly.Memory), dispose: () => session.dispose() };
};

describe("the lean engine", () => {
  it("answers photo after photo, each as if it were the first", async () => {
    const [one, other] = [wave(30, size), wave(31, size)];
    const session = await load();
    const first = await session.run(one, { heatmap: true });
    const second = await session.run(other);
    expect(first.logits).toHaveLength(1000);
    expect(first.heatmap).toMatchObject({ classes: 1000, height: 7, width: 7 });
    expect(second.heatmap).toBeUndefined();
    expect(second.logits).not.toEqual(first.logits);
    expect(await session.run(one, { heatmap: true })).toEqual(first);
    expect((await (await load()).run(other)).logits).toEqual(second.logits);
    await session.dispose();
  });

  it("keeps its sessions apart", async () => {
    const [a, b] = [await load(), await load()];
    const expected = await a.run(wave(30, size));
    await b.run(wave(31, size));
    expect(await a.run(wave(30, size))).toEqual(expected);
    await b.dispose();
    expect(await a.run(wave(30, size))).toEqual(expected);
  });

  it("says so when a session is used that was disposed of", async () => {
    const session = await load();
    await session.dispose();
    await expect(session.run(wave(30, size))).rejects.toThrow("has been disposed of; load the model again");
  });

  it("refuses a plan with one bit turned over, one for another size of photo, and a photo of another size", async () => {
    const damaged = plan.slice();
    damaged[damaged.length - 1000]! ^= 1;
    await expect(load(damaged)).rejects.toThrow("its bytes do not match its sha256; publish the model again");
    const engine = await createLeanNodeEngine();
    const other = { bytes: plan, precision: "int8", size: 260 } as const;
    await expect(engine.load(other)).rejects.toThrow(
      "a plan for photos of 3 x 224 x 224 and a model for 3 x 260 x 260",
    );
    const session = await load();
    await expect(session.run(new Float32Array(3))).rejects.toThrow("a tensor of 3 numbers, not 150528");
  });

  it("hashes a plan once on its way from a store to answering, by the manifest's sha256", async () => {
    const store = createMemoryStore();
    const engine = await createLeanNodeEngine();
    const labels = Array.from({ length: 1000 }, (_, i) => `class ${i}`);
    const version = await publishModel(store, { name: "lite0", labels, bytes: plan, precision: "int8", engine });
    const digest = vi.spyOn(crypto.subtle, "digest");
    const verified = await readVersion({ store, engine }, "lite0", version);
    const parts = { engine, codecs: await loadCodecs(), limits: nodeLimits.photo, clock: systemClock };
    const { dispose } = await startModel(loadHere(parts), verified);
    const large = digest.mock.calls.filter(([, bytes]) => bytes.byteLength > plan.length / 2);
    digest.mockRestore();
    expect(large).toHaveLength(1);
    await dispose();
  });

  it("lets go of the plan's bytes once they are in its memory", async () => {
    const { session, bytes } = await loadCopy();
    expect(await isCollected(bytes)).toBe(true);
    expect((await session.run(wave(30, size))).logits).toHaveLength(1000);
  });

  it("frees its memory when it is disposed of", async () => {
    const { memory, dispose } = await openMemory();
    await dispose();
    expect(await isCollected(memory)).toBe(true);
  });

  it("takes no more memory than the plan, its arena and a megabyte, and no more while it runs", async () => {
    const instance = await WebAssembly.instantiate(kernels);
    const program = createProgram(instance, parsePlan(plan), plan);
    const { buffer } = instance.exports.memory as WebAssembly.Memory;
    expect(buffer.byteLength).toBeLessThan(plan.length + parsePlan(plan).arena + 1e6);
    program(wave(30, size), true);
    expect((instance.exports.memory as WebAssembly.Memory).buffer).toBe(buffer);
  });

  /** Layers with the most to gather of networks that people train. */
  it.each<[string, Shape, Window["kernel"], "depthwise" | "conv"]>([
    ["EfficientNet-B7's widest depthwise", { channels: 3840, height: 19, width: 19 }, [3, 3], "depthwise"],
    ["EfficientNet-B7's 5 x 5 at 38 pixels", { channels: 1344, height: 38, width: 38 }, [5, 5], "depthwise"],
    ["ConvNeXt-L's 7 x 7 at 331 pixels", { channels: 1536, height: 10, width: 10 }, [7, 7], "depthwise"],
    ["RepLKNet's 31 x 31", { channels: 256, height: 56, width: 56 }, [31, 31], "depthwise"],
    ["VGG's first fully connected layer", { channels: 512, height: 7, width: 7 }, [7, 7], "conv"],
    ["a layer over MobileNetV2's map, flattened", { channels: 1280, height: 7, width: 7 }, [7, 7], "conv"],
    ["3 x 3 over 2048 channels", { channels: 2048, height: 10, width: 10 }, [3, 3], "conv"],
  ])("takes no more than that megabyte for %s", async (_, shape, kernel, op) => {
    // in float32 a flattened map of 62,720 numbers is a megabyte by itself
    const steps = shape.channels === 1280 ? [{ scale: 1, zero: 0 }] : [{ scale: 1, zero: 0 }, undefined];
    for (const step of steps) {
      const draft = createDraft([shape]);
      const input = step ? draft.map(shape, step) : draft.inputs[0]!;
      if (step) draft.run({ op: "quantize", input: draft.inputs[0]!, output: input });
      const window: Window = { kernel, strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] };
      const outputs = op === "conv" ? 8 : shape.channels;
      const result = draft.map(slid(shape, window, outputs), step);
      const zeros = draft.constant(new Float32Array(roundUp(kernel[0], 2) * kernel[1] * shape.channels * 8));
      const layer = { input, output: result, window, weights: zeros, bias: zeros, multipliers: step ? zeros : 0 };
      const unbounded = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
      draft.run(op === "conv" ? { op, groups: 1, ...layer, ...unbounded } : { op, ...layer, ...unbounded });
      const bytes = await encodePlan(finishDraft(draft, result));
      const made = await WebAssembly.instantiate(kernels);
      createProgram(made, parsePlan(bytes), bytes);
      const { buffer } = made.exports.memory as WebAssembly.Memory;
      expect(buffer.byteLength).toBeLessThan(bytes.length + draft.plan.arena + 1e6);
    }
  });

  it("reads a plan no larger than 1.05 times the ONNX file that it was compiled from", () => {
    expect(plan.length).toBeLessThan(1.05 * onnx.length);
  });
});
