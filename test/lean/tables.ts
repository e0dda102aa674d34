/** Operators of one uint8 map as tables, computed as ONNX Runtime does. */
import { roundToEven } from "../../shared/onnx/round-to-even.ts";
import type { Step } from "./drafts.ts";

export const tableOf = (map: (x: number) => number, from: Step, to: Step): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, q) => {
    const y = Math.fround(Math.fround(map(Math.fround(from.scale * (q - from.zero)))) / to.scale);
    return Math.max(0, Math.min(255, roundToEven(y) + to.zero));
  });
