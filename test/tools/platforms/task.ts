/** Work that is the same wherever there is WebAssembly: a module bundled for Node, browsers or workerd, and what it is given. */
import { build } from "esbuild";

export interface PlatformTask {
  /** A TypeScript module whose default export is a `Task`. */
  module: string;
  /** A WebAssembly file, compiled where the task runs. */
  kernels: string;
  body: Uint8Array;
}

/** @returns what JSON can hold */
export type Task = (kernels: WebAssembly.Module, body: Uint8Array) => Promise<unknown>;

/**
 * @param around statements in which `task` is the module's default export
 * @param external modules that the platform itself resolves
 */
export const bundle = async (
  { module }: PlatformTask,
  around: string,
  platform: "node" | "browser",
  external: string[] = [],
): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: `import task from ${JSON.stringify(module)};\n${around}`, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    platform,
    external,
    logLevel: "error",
  });
  return outputFiles[0]!.text;
};
