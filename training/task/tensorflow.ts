/** The one place that decides what a head, and blocks under it, are trained on. */
import { createRequire } from "node:module";
import { isCheckout } from "../../shared/package-root.ts";
import { loadTensorFlow, type TensorFlow } from "../head/tensorflow.ts";
import { packageVersion } from "../provenance.ts";

export type Device = "cpu" | "gpu";

/** TensorFlow.js on CUDA. The container installs it; it is no dependency, because it downloads libtensorflow. */
const GPU_PACKAGE = "@tensorflow/tfjs-node-gpu";

/** The same for a CPU: for blocks a third of WebAssembly's work, on all cores. No dependency, for the same reason. */
const CPU_PACKAGE = "@tensorflow/tfjs-node";

/** Its libtensorflow 2.9 was built for CUDA 11.2 and cuDNN 8.1, and finds no others (tensorflow.org/install/source#gpu). */
const NEEDED = "it takes NVIDIA's driver from 450.80 on, CUDA 11 from 11.2 on and cuDNN 8, where the loader finds them";

/** The binding and the package are one TensorFlow.js. */
const TENSORFLOW_VERSION = packageVersion("@tensorflow/tfjs");

/** npm 11 installs an optional peer of the package that it stands in only where it is told to make a dependency of it. */
const IN_CHECKOUT = isCheckout ? "--no-save --save-prod " : "";

/** What TensorFlow.js sees of a GPU, or of a binding; where there is none, what is missing, and what to do about it. */
export type Found = { tf: TensorFlow; version: string } | Lacking;

interface Lacking {
  /** `broken`: it was installed and does not work. */
  state: "missing" | "broken";
  lacks: string;
  fix: string;
  cause?: unknown;
}

interface Looking {
  /** Loads a CommonJS package; tests pass another. */
  load?: (name: string) => unknown;
}

/** What the node backend tells of itself beyond TensorFlow.js' interface. */
interface NodeBackend {
  isUsingGpuDevice: boolean;
  binding: { TF_Version: string };
}

export const findGpu = async (looking: Looking = {}): Promise<Found> => {
  const found = await findBinding(GPU_PACKAGE, looking);
  if (!("tf" in found)) return found.state === "missing" ? { ...found, lacks: `${found.lacks}; ${NEEDED}` } : found;
  const { isUsingGpuDevice } = found.tf.backend() as unknown as NodeBackend;
  if (isUsingGpuDevice) return found;
  return {
    state: "broken",
    lacks: `${GPU_PACKAGE} is there, with TensorFlow ${found.version}, but sees no GPU; ${NEEDED}`,
    fix: "nvidia-smi   has to list the GPU and its driver",
  };
};

/** The binding that trains blocks on a CPU. */
export const findCpuBinding = (looking: Looking = {}): Promise<Found> => {
  // Errors only: it greets at length
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  return findBinding(CPU_PACKAGE, looking);
};

const findBinding = async (name: string, { load = createRequire(import.meta.url) }: Looking): Promise<Found> => {
  putBackWhatTheyCall();
  let tf: TensorFlow;
  try {
    tf = load(name) as TensorFlow;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const [reason] = String(message).split("\n");
    return code === "MODULE_NOT_FOUND" && reason!.includes(`'${name}'`)
      ? {
          state: "missing",
          lacks: `${name} is not installed`,
          fix: `npm install ${IN_CHECKOUT}${name}@${TENSORFLOW_VERSION}`,
          cause,
        }
      : {
          state: "broken",
          lacks: `${name} is there, but cannot be loaded (${reason})`,
          fix: `npm rebuild ${name} --build-addon-from-source`,
          cause,
        };
  }
  tf.enableProdMode();
  await tf.ready();
  const { binding } = tf.backend() as unknown as NodeBackend;
  return { tf, version: binding.TF_Version };
};

/** The bindings call two functions of `util` that Node warns of, and no longer has from 23 on. */
const putBackWhatTheyCall = (): void => {
  const util = createRequire(import.meta.url)("node:util") as Record<string, unknown>;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
};

export interface OpenOptions extends Looking {
  /** Whether blocks of the backbone are trained too. A head alone takes seconds, in the same bits wherever WebAssembly runs. */
  blocks?: boolean;
}

/**
 * TensorFlow.js for `device`: on a GPU the node binding; on a CPU the WebAssembly backend, but for blocks the node binding where
 * that was installed.
 *
 * @throws Error with the fix where there is no GPU: a GPU instance that trains on its CPU costs money and says nothing. And
 * where the binding for a CPU was installed and does not work
 */
export const openTensorFlow = async (
  device: Device,
  { blocks = false, ...looking }: OpenOptions = {},
): Promise<TensorFlow> => {
  if (device === "cpu" && !blocks) return loadTensorFlow();
  const found = await (device === "gpu" ? findGpu(looking) : findCpuBinding(looking));
  if ("tf" in found) return found.tf;
  const { state, lacks, fix, cause } = found;
  if (device === "gpu")
    throw new Error(
      `device "gpu": ${lacks}. Mend it (${fix}), or use the container of training/task/Dockerfile, or device "cpu"`,
      { cause },
    );
  if (state === "broken") throw new Error(`${lacks}. Mend it (${fix}), or remove it`, { cause });
  return loadTensorFlow();
};
