/** The one place that decides what a head, and blocks under it, are trained on. */
import { createRequire } from "node:module";
import { loadTensorFlow, type TensorFlow } from "../head/tensorflow.ts";
import { packageVersion } from "../provenance.ts";

export type Device = "cpu" | "gpu";

/** TensorFlow.js on CUDA. The container installs it; it is no dependency, because it downloads libtensorflow. */
const GPU_PACKAGE = "@tensorflow/tfjs-node-gpu";

/** Its libtensorflow 2.9 was built for CUDA 11.2 and cuDNN 8.1, and finds no others (tensorflow.org/install/source#gpu). */
const NEEDED = "NVIDIA's driver 450.80 or newer, CUDA 11 (11.2 or newer) and cuDNN 8 where the loader finds them";

/** The binding and the package are one TensorFlow.js. */
const TENSORFLOW_VERSION = packageVersion("@tensorflow/tfjs");

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause)).split("\n")[0]!;

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
      `device "gpu" needs ${GPU_PACKAGE}, which cannot be loaded; use the container of training/task/Dockerfile, or device "cpu"; ` +
        `or install it beside whippet: npm install ${GPU_PACKAGE}@${TENSORFLOW_VERSION} (${reasonOf(cause)})`,
      { cause },
    );
  }
  await tf.ready();
  if (!(tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice)
    throw new Error(
      `device "gpu": ${GPU_PACKAGE} is there, but sees no GPU; run on a GPU instance or machine with ${NEEDED}, or use device "cpu"`,
    );
  tf.enableProdMode();
  return tf;
};
