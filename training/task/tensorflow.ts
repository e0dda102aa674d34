/** The one place that decides what a task's head is trained on. */
import { createRequire } from "node:module";
import { loadTensorFlow, type TensorFlow } from "../head/tensorflow.ts";

export type Device = "cpu" | "gpu";

/** TensorFlow.js on CUDA. The container installs it; it is no dependency, because it downloads libtensorflow. */
const GPU_PACKAGE = "@tensorflow/tfjs-node-gpu";

/**
 * TensorFlow.js for `device`: the WebAssembly backend on a CPU, the node binding on a GPU.
 *
 * @param load a CommonJS package; tests pass another
 * @throws Error with the fix where there is no GPU: a GPU instance that trains on its CPU costs money and says nothing
 */
export const openTensorFlow = async (
  device: Device,
  load: (name: string) => unknown = createRequire(import.meta.url),
): Promise<TensorFlow> => {
  if (device === "cpu") return loadTensorFlow();
  let tf: TensorFlow;
  try {
    tf = load(GPU_PACKAGE) as TensorFlow;
  } catch (cause) {
    throw new Error(
      `device "gpu" needs ${GPU_PACKAGE}, which cannot be loaded; use the container of training/task/Dockerfile, or device "cpu"`,
      { cause },
    );
  }
  await tf.ready();
  if (!(tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice)
    throw new Error(
      `device "gpu": ${GPU_PACKAGE} is there, but sees no GPU; run on a GPU instance with NVIDIA's driver and the container's CUDA libraries, or use device "cpu"`,
    );
  tf.enableProdMode();
  return tf;
};
