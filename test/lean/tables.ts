/** Operators of one uint8 map as tables, computed as ONNX Runtime does. */
import type { Step } from "./drafts.ts";

export const tableOf = (map: (x: number) => number, from: Step, to: Step): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, q) => {
    const y = Math.fround(Math.fround(map(Math.fround(from.scale * (q - from.zero)))) / to.scale);
    return Math.max(0, Math.min(255, halfToEven(y) + to.zero));
  });

const halfToEven = (x: number): number => {
  const up = Math.round(x);
  return Math.abs(x % 1) === 0.5 && up % 2 ? up - 1 : up;
};
