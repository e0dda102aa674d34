/** The one place that decides what a head, and blocks under it, are trained on. */
import { createRequire } from "node:module";
import { loadTensorFlow, type TensorFlow } from "../head/tensorflow.ts";
import { packageVersion } from "../provenance.ts";

export type Device = "cpu" | "gpu";

/** TensorFlow.js on CUDA. The container installs it; it is no dependency, because it downloads libtensorflow. */
const GPU_PACKAGE = "@tensorflow/tfjs-node-gpu";

/** Its libtensorflow 2.9 was built for CUDA 11.2 and cuDNN 8.1, and finds no others (tensorflow.org/install/source#gpu). */
const NEEDED = "it takes NVIDIA's driver from 450.80 on, CUDA 11 from 11.2 on and cuDNN 8, where the loader finds them";

/** From here on Node lacks what the binding calls (`util.isNullOrUndefined`). */
const FIRST_NODE_WITHOUT = 23;

/** The binding and the package are one TensorFlow.js. */
const TENSORFLOW_VERSION = packageVersion("@tensorflow/tfjs");

/** What TensorFlow.js sees of a GPU; where it sees none, what is missing, and what to do about it. */
export type GpuFound = { tf: TensorFlow; version: string } | { lacks: string; fix: string; cause?: unknown };

/** What the node backend tells of itself beyond TensorFlow.js' interface. */
interface NodeBackend {
  isUsingGpuDevice: boolean;
  binding: { TF_Version: string };
}

/** @param load a CommonJS package; tests pass another */
export const findGpu = async (
  load: (name: string) => unknown = createRequire(import.meta.url),
  node = process.versions.node,
): Promise<GpuFound> => {
  if (Number.parseInt(node, 10) >= FIRST_NODE_WITHOUT)
    return { lacks: `${GPU_PACKAGE} breaks on Node ${node}`, fix: "npx node@22 …" };
  let tf: TensorFlow;
  try {
    tf = load(GPU_PACKAGE) as TensorFlow;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const [reason] = String(message).split("\n");
    if (code === "MODULE_NOT_FOUND" && reason!.includes(`'${GPU_PACKAGE}'`))
      return {
        lacks: `${GPU_PACKAGE} is not installed; ${NEEDED}`,
        fix: `npm install ${GPU_PACKAGE}@${TENSORFLOW_VERSION}`,
        cause,
      };
    return {
      lacks: `${GPU_PACKAGE} is there, but cannot be loaded (${reason})`,
      fix: `npm rebuild ${GPU_PACKAGE} --build-addon-from-source`,
      cause,
    };
  }
  await tf.ready();
  const { isUsingGpuDevice, binding } = tf.backend() as unknown as NodeBackend;
  const version = binding.TF_Version;
  if (!isUsingGpuDevice)
    return {
      lacks: `${GPU_PACKAGE} is there, with TensorFlow ${version}, but sees no GPU; ${NEEDED}`,
      fix: "nvidia-smi   has to list the GPU and its driver",
    };
  return { tf, version };
};

/**
 * TensorFlow.js for `device`: the WebAssembly backend on a CPU, the node binding on a GPU.
 *
 * @throws Error with the fix where there is no GPU: a GPU instance that trains on its CPU costs money and says nothing
 */
export const openTensorFlow = async (device: Device, ...looking: Parameters<typeof findGpu>): Promise<TensorFlow> => {
  if (device === "cpu") return loadTensorFlow();
  const found = await findGpu(...looking);
  if (!("tf" in found))
    throw new Error(
      `device "gpu": ${found.lacks}. Mend it (${found.fix}), or use the container of training/task/Dockerfile, or device "cpu"`,
      { cause: found.cause },
    );
  found.tf.enableProdMode();
  return found.tf;
};
