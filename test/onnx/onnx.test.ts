import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { float16ToFloat32, float32ToFloat16 } from "../../shared/onnx/float16.ts";
import { floatValue, prune } from "../../shared/onnx/graph.ts";
import { copyModel, readModel, writeModel } from "../../shared/onnx/model.ts";
import { DataType, dimsOf, readFloats, readIntegers, tensor } from "../../shared/onnx/tensor.ts";
import { packageRoot } from "../../shared/package-root.ts";

const backbone = (): Promise<Buffer> => readFile(join(packageRoot, "models/efficientnet-lite0.fp16.onnx"));

describe("ONNX files", () => {
  it.each(["efficientnet-lite0", "efficientnet-lite2"])("come back byte for byte: %s", async (name) => {
    const bytes = await readFile(join(packageRoot, `models/${name}.fp16.onnx`));
    expect(Buffer.compare(writeModel(readModel(bytes)), bytes)).toBe(0);
  });

  it("do not share memory with the bytes they were read from", async () => {
    const bytes = await backbone();
    const model = readModel(bytes);
    const before = model.graph.initializer[0]!.rawData.slice();
    bytes.fill(0);
    expect(model.graph.initializer[0]!.rawData).toEqual(before);
  });

  it("are refused when they are something else", () => {
    expect(() => readModel(new TextEncoder().encode("not a model"))).toThrow(/11 bytes that are no ONNX model/);
    expect(() => readModel(new Uint8Array())).toThrow(/without a graph/);
  });
});

describe("prune", () => {
  it("keeps just what the outputs need", async () => {
    const model = copyModel(readModel(await backbone()));
    const first = model.graph.node.find(({ opType }) => opType === "Conv")!;
    model.graph.output = [floatValue(first.output[0]!)];
    prune(model.graph);
    expect(model.graph.node.map(({ opType }) => opType)).toEqual(["Cast", "Cast", "Conv"]);
    expect(model.graph.initializer).toHaveLength(2);
    expect(model.graph.input.map(({ name }) => name)).toEqual(["image"]);
  });
});

describe("half precision", () => {
  it("survives being widened and narrowed, all 63488 finite numbers of it", () => {
    const finite = Uint16Array.from({ length: 65536 }, (_, bits) => bits).filter((bits) => (bits & 0x7c00) !== 0x7c00);
    expect(finite).toHaveLength(63488);
    expect(float32ToFloat16(float16ToFloat32(finite))).toEqual(finite);
  });

  it("rounds to the nearest, ties to even, and saturates", () => {
    const rounded = float32ToFloat16(Float32Array.of(1 + 2 ** -11, 1 + 3 * 2 ** -11, 1e6, -1e6, 2 ** -25));
    expect(Array.from(float16ToFloat32(rounded))).toEqual([1, 1 + 2 ** -9, 65504, -65504, 0]);
  });
});

describe("tensors", () => {
  it("hold the numbers they were made from", () => {
    expect(readFloats(tensor("t", [2], Float32Array.of(1.5, -2)))).toEqual(Float32Array.of(1.5, -2));
    expect(readIntegers(tensor("t", [2], BigInt64Array.of(-1n, 7n)))).toEqual([-1, 7]);
    expect(dimsOf(tensor("t", [2, 3], new Int8Array(6)))).toEqual([2, 3]);
    const doubles = { ...tensor("t", [4], new Int32Array(4)), dataType: DataType.DOUBLE, dims: [2n] };
    new Float64Array(doubles.rawData.buffer).set([0.1, -2]);
    expect(readFloats(doubles)).toEqual(Float32Array.of(0.1, -2));
    const truths = { ...tensor("t", [2], Uint8Array.of(1, 0)), dataType: DataType.BOOL };
    expect(readIntegers(truths)).toEqual([1, 0]);
  });

  it("name themselves when their numbers do not fit", () => {
    expect(() => tensor("head_weights", [2, 3], new Float32Array(5))).toThrow(
      "tensor head_weights of shape [2,3] needs 6 numbers, not 5",
    );
    expect(() => readFloats(tensor("steps", [1], Int32Array.of(1)))).toThrow("tensor steps holds INT32");
  });
});
