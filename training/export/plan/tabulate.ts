/** What a chain of operators makes of each of the 256 values of a uint8 tensor, by the runtime whose rounding is to be met. */
import { create } from "@bufbuild/protobuf";
import { importNativeRuntime } from "../../../shared/engine/native-runtime.ts";
import { GraphProtoSchema, ModelProtoSchema, ValueInfoProtoSchema } from "../../../shared/onnx/gen/onnx_pb.js";
import { prune } from "../../../shared/onnx/graph.ts";
import { type Model, writeModel } from "../../../shared/onnx/model.ts";
import { roundToEven } from "../../../shared/onnx/round-to-even.ts";
import { DataType } from "../../../shared/onnx/tensor.ts";
import type { Draft, Quantization } from "./draft.ts";

const quantizedMap = (name: string) =>
  create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: "tensorType",
        value: {
          elemType: DataType.UINT8,
          shape: { dim: [1n, 1n, 16n, 16n].map((size) => ({ value: { case: "dimValue" as const, value: size } })) },
        },
      },
    },
  });

/** @param root a uint8 tensor of the graph; @param name one that follows from it number by number */
export const tabulate = async ({ model, graph }: Draft, root: string, name: string): Promise<Uint8Array> => {
  const chain = create(ModelProtoSchema, {
    irVersion: model.irVersion,
    opsetImport: model.opsetImport,
    graph: create(GraphProtoSchema, {
      name: "table",
      node: graph.node.filter(({ output }) => !output.includes(root)),
      initializer: graph.initializer,
      input: [quantizedMap(root)],
      output: [quantizedMap(name)],
    }),
  }) as Model;
  prune(chain.graph);
  const { InferenceSession, Tensor } = await importNativeRuntime();
  const session = await InferenceSession.create(writeModel(chain), {
    graphOptimizationLevel: "all",
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const every = Uint8Array.from({ length: 256 }, (_, value) => value);
  try {
    const results = await session.run({ [root]: new Tensor("uint8", every, [1, 1, 16, 16]) });
    return (results[name]!.data as Uint8Array).slice();
  } finally {
    await session.release();
  }
};

/** Another scale for the same numbers, as QLinearConcat gives it to its parts: dequantized and quantized again, in float32. */
export const tabulateRescaling = (from: Quantization, to: Quantization): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, stored) => {
    const value = Math.fround(Math.fround(from.scale) * (stored - from.zero));
    const steps = roundToEven(Math.fround(value / Math.fround(to.scale)));
    return Math.max(0, Math.min(255, steps + to.zero));
  });
