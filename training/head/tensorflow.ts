/** TensorFlow.js brought up on its WebAssembly backend, quietly, and the same on every run. */
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";

export type TensorFlow = typeof import("@tensorflow/tfjs");

/**
 * One thread, because sums taken in another order end in other bits, and a rerun must give the same model.
 *
 * @throws Error when the backend cannot start
 */
export const loadTensorFlow = async (): Promise<TensorFlow> => {
  const tf = await import("@tensorflow/tfjs");
  const { setThreadsCount, setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  // Advertises tfjs-node on stderr otherwise
  tf.enableProdMode();
  if (tf.getBackend() === "wasm") return tf;
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(join(dirname(entry), sep));
  setThreadsCount(1);
  if (!(await tf.setBackend("wasm")))
    throw new Error("TensorFlow.js' WebAssembly backend cannot start; reinstall @tensorflow/tfjs-backend-wasm");
  await tf.ready();
  return tf;
};

/** @throws Error on TensorFlow.js' plain JavaScript backend, which would train for minutes what others do in seconds */
export const requireFastBackend = (tf: TensorFlow): void => {
  if (tf.getBackend() === "cpu")
    throw new Error('TensorFlow.js runs on its plain "cpu" backend; choose wasm (loadTensorFlow) or a node binding');
};

/** What `work` computes, while every tensor it made on the way is freed. */
export const tidily = <Result>(tf: TensorFlow, work: () => Result): Result => {
  let result: Result | undefined;
  tf.tidy(() => {
    result = work();
  });
  return result as Result;
};
