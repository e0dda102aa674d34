/**
 * The `lean` engine: plans of ours in WebAssembly of ours (`assembly/`), wherever there is fixed-width SIMD. README.md
 * explains how numbers lie in memory and how they are rounded.
 */
import type { Engine, ModelSource, Session } from "../engine.ts";
import { checkDigest } from "./digest.ts";
import { parsePlan } from "./parse.ts";
import { createProgram, type Program } from "./program.ts";

/** @param kernels the compiled `kernels.wasm` */
export const createLeanEngine = (kernels: WebAssembly.Module): Engine => ({
  name: "lean",
  kind: "web",
  load: (model) => loadPlan(kernels, model),
});

const loadPlan = async (kernels: WebAssembly.Module, { bytes, size, verified }: ModelSource): Promise<Session> => {
  const [instance] = await Promise.all([WebAssembly.instantiate(kernels), verified || checkDigest(bytes)]);
  const plan = parsePlan(bytes);
  const { channels, height, width } = plan.input;
  if (channels !== 3 || height !== size || width !== size)
    throw new Error(
      `the lean engine got a plan for photos of ${channels} x ${height} x ${width} and a model for 3 x ${size} x ${size}; publish the model again`,
    );
  let program: Program | undefined = createProgram(instance, plan, bytes);
  return {
    async run(tensor, wanted = {}) {
      if (!program) throw new Error("this session of the lean engine has been disposed of; load the model again");
      return program(tensor, wanted.heatmap);
    },
    async dispose() {
      // The memory goes with the instance, when nothing holds it any more.
      program = undefined;
    },
  };
};
