/**
 * One interface over the runtimes that execute a model: onnxruntime-node (`native`), our own for WebAssembly (`lean`), which
 * runs plans, and the same with onnxruntime-web beside it for ONNX files, on Node (`web`) and inside workerd (`workerd`).
 */

/** Where a form of the model runs; the manifest chooses one file for each. */
export type EngineKind = "native" | "web";

export const engineNames = ["native", "web", "workerd", "lean"] as const;

export type EngineName = (typeof engineNames)[number];

/** Numbers of a form's weights and activations. */
export type Precision = "int8" | "int8-weights" | "float16" | "float32";

export interface ModelSource {
  /** The ONNX file's bytes; the plan's for `lean`. */
  bytes: Uint8Array;
  precision: Precision;
  /** Side of the square input in pixels; the tensor is 1 x 3 x size x size. */
  size: number;
  /** Their sha256 is the one that the manifest gives; `lean` then leaves out a plan's own, which takes longer than all else. */
  verified?: true;
}

export interface Output {
  /** One per label. */
  logits: Float32Array;
  /** Class activation maps, `classes` x `height` x `width`, when the graph has that output and it was asked for. */
  heatmap?: { data: Float32Array; classes: number; height: number; width: number };
}

export interface Session {
  /** @param tensor 1 x 3 x size x size, normalised, NCHW */
  run(tensor: Float32Array, options?: { heatmap?: boolean }): Promise<Output>;
  /** Frees the model's memory; `run` must not be called again. */
  dispose(): Promise<void>;
}

export interface Engine {
  readonly name: EngineName;
  /** Which of the manifest's `serve` entries this engine loads. */
  readonly kind: EngineKind;
  /** @throws Error naming the engine when the model cannot be loaded */
  load(model: ModelSource): Promise<Session>;
}
