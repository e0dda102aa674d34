/** onnxruntime-node, brought up on demand: training also uses it directly, to rewrite graphs and to look inside them. */
import type * as OnnxRuntime from "onnxruntime-node";

/** @throws Error naming onnxruntime-node and the fix when the package or its binary is missing */
export const importNativeRuntime = async (): Promise<typeof OnnxRuntime> => {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    throw new Error(
      `the native engine needs the npm package onnxruntime-node and its binary for ${process.platform} ${process.arch}, ` +
        `which could not be loaded (${cause instanceof Error ? cause.message : String(cause)}); ` +
        "install it with `npm install onnxruntime-node` (on a closed network with ONNXRUNTIME_NODE_INSTALL=skip)",
      { cause },
    );
  }
};
