/** Winograd's transformation of weights (`winograd.ts`), anew for each chunk: stored they would be 3.6 times as large. */
import { Winograd } from "./winograd-activations";

/**
 * The weights of eight outputs, 16 places x steps x 8 outputs x 2 channels, i16, from the packed ones, whose channels end at a
 * multiple of four.
 */
export function transformWeights(task: Winograd, output: usize, depth: usize): void {
  const packed = (task.inputs + 3) & ~3;
  const tap = packed * 8;
  const place = depth * 16;
  const rows = task.work;
  for (let pair: usize = 0; pair < depth / 2; pair++) {
    const from = task.weights + output * 9 * packed + pair * 16;
    for (let half: usize = 0; half < 2; half++) {
      const to = task.prepared + pair * 32 + half * 16;
      if (pair * 2 >= packed) {
        for (let i: usize = 0; i < 16; i++) v128.store(to + i * place, i64x2.splat(0));
        continue;
      }
      const at = from + half * 8;
      for (let column: usize = 0; column < 3; column++)
        spreadWeights(
          v128.load_ext<i8>(at + column * tap),
          v128.load_ext<i8>(at + (3 + column) * tap),
          v128.load_ext<i8>(at + (6 + column) * tap),
          rows + column * 16,
          48,
        );
      for (let row: usize = 0; row < 4; row++) {
        const line = rows + row * 48;
        spreadWeights(v128.load(line), v128.load(line, 16), v128.load(line, 32), to + row * 4 * place, place);
      }
    }
  }
}

/** Three weights in a line times twice the matrix of weights. */
// @ts-ignore: decorator
@inline
function spreadWeights(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  const ends = i16x8.add(g0, g2);
  v128.store(to, i16x8.add(g0, g0));
  v128.store(to + step, i16x8.add(ends, g1));
  v128.store(to + 2 * step, i16x8.sub(ends, g1));
  v128.store(to + 3 * step, i16x8.add(g2, g2));
}
