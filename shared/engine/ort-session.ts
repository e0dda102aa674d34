/**
 * One model in ONNX Runtime, whichever build of it: onnxruntime-node, onnxruntime-web and the latter inside workerd share
 * their JavaScript interface, so the engines differ only in how the runtime is brought up and which options it wants.
 */
import type { InferenceSession, Tensor } from "onnxruntime-common";
import type { EngineName, ModelSource, Output, Session } from "./engine.ts";

/** What is used of an ONNX Runtime package. */
export interface Runtime {
  InferenceSession: { create(bytes: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession> };
  Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => Tensor;
}

export type SessionOptions = InferenceSession.SessionOptions;

/** The names that models of ours give their outputs. A feature model has `features` where others have `logits`. */
const main = ["logits", "features"];
const heatmap = "heatmap";

/** @throws Error naming the engine when the bytes are no model that it can run */
export const loadSession = async (
  runtime: Runtime,
  engine: EngineName,
  model: ModelSource,
  options: SessionOptions,
): Promise<Session> => {
  const session = await runtime.InferenceSession.create(model.bytes, options).catch((cause: unknown) => {
    throw new Error(
      `the ${engine} engine cannot load this ${model.precision} model (${model.bytes.length} bytes): ${String(cause)}; ` +
        "publish it again with the onnxruntime version that this installation has",
      { cause },
    );
  });
  const [input] = session.inputNames;
  const logits = session.outputNames.find((name) => main.includes(name));
  if (input === undefined || logits === undefined) {
    const found = session.outputNames.join(", ");
    await session.release();
    throw new Error(
      `the ${engine} engine cannot use a model with the outputs ${found}: it needs one input, and "logits" or "features" as output`,
    );
  }
  const hasHeatmap = session.outputNames.includes(heatmap);
  const shape = [1, 3, model.size, model.size] as const;

  return {
    async run(tensor, wanted = {}) {
      const fetches = wanted.heatmap && hasHeatmap ? [logits, heatmap] : [logits];
      const results = await session.run({ [input]: new runtime.Tensor("float32", tensor, shape) }, fetches);
      const output: Output = { logits: floats(results[logits]).data };
      if (results[heatmap]) {
        const { data, dims } = floats(results[heatmap]);
        const [classes, height, width] = dims.slice(-3) as [number, number, number];
        output.heatmap = { data, classes, height, width };
      }
      return output;
    },
    dispose: () => session.release(),
  };
};

/** A result as the runtime handed it over; ours are always Float32. */
const floats = (tensor: Tensor | undefined): { data: Float32Array; dims: readonly number[] } => {
  if (!(tensor?.data instanceof Float32Array))
    throw new Error(`an output is ${tensor?.type ?? "missing"}, not float32`);
  return { data: tensor.data, dims: tensor.dims };
};
