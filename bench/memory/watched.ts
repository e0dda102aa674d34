/**
 * A Worker under a lens: every WebAssembly memory is written down as it is made. A memory never shrinks, so its size after a
 * request is its largest during it; `GET /wasm-memories` tells the sizes and forgets those that decoders made.
 */
import type { createWorker } from "../../functions/edge/worker.ts";

const memories: WebAssembly.Memory[] = [];

const { Memory, Instance, instantiate } = WebAssembly;
WebAssembly.Memory = new Proxy(Memory, {
  construct(target, args, self) {
    const memory = Reflect.construct(target, args, self) as WebAssembly.Memory;
    memories.push(memory);
    return memory;
  },
});
const noteExports = (instance: WebAssembly.Instance): WebAssembly.Instance => {
  for (const exported of Object.values(instance.exports))
    if (exported instanceof Memory && !memories.includes(exported)) memories.push(exported);
  return instance;
};
WebAssembly.Instance = new Proxy(Instance, {
  construct: (target, args, self) => noteExports(Reflect.construct(target, args, self) as WebAssembly.Instance),
});
// workerd compiles at upload, so it is given modules alone
const noteInstantiated = async (module: WebAssembly.Module, imports?: WebAssembly.Imports) =>
  noteExports(await instantiate(module, imports));
WebAssembly.instantiate = noteInstantiated as typeof instantiate;

/** @param worker an entry's default export, which makes nothing before its first request */
export const watched = (worker: ReturnType<typeof createWorker>): ReturnType<typeof createWorker> => ({
  fetch(request, environment, context) {
    if (new URL(request.url).pathname !== "/wasm-memories") return worker.fetch(request, environment, context);
    const sizes = memories.map(({ buffer }) => buffer.byteLength);
    // the engine's is the first and stays; a decoder's lives for one photo
    memories.splice(1);
    return Promise.resolve(Response.json(sizes));
  },
});
