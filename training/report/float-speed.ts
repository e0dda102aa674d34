/** How long the float model takes, for comparison with the forms that are served. */
import type { Engine, EngineKind } from "../../shared/engine/engine.ts";
import { measureSpeed, type Speed } from "../export/measure-speed.ts";

/** Larger models are not tried on the web engine: WebAssembly's memory does not shrink, and it would only be for a figure. */
const MOST_ON_WEB = 64e6;

/** @param size side of the square input in pixels */
export const floatSpeed = async (
  bytes: Uint8Array,
  size: number,
  { native, web }: Record<EngineKind, Engine>,
): Promise<Speed["ms"]> => {
  const engines = bytes.length > MOST_ON_WEB ? [native] : [native, web];
  const [speed] = await measureSpeed([{ name: "float", precision: "float32", bytes }], size, engines);
  return speed!.ms;
};
