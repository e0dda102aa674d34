/** The transformation of weights for `line.ts`, anew for each chunk. */
import { Transform } from "./products";

/** The weights of eight outputs, of packed ones (`../pack.ts`); taps beyond the last are zeros. */
export function transformWeights(task: Transform, output: usize, depth: usize, weightPlace: usize): void {
  const taps = <usize>max(task.rows, task.columns);
  const packed = (task.inputs + 3) & ~3;
  const tap = packed * 8;
  let at = task.weights + output * taps * packed;
  let to = task.prepared;
  for (const end = at + tap; at < end; at += 8) {
    const g0 = v128.load_ext<i8>(at);
    const g1 = read(at, tap, 1, taps);
    const g2 = read(at, tap, 2, taps);
    const g3 = read(at, tap, 3, taps);
    const g4 = read(at, tap, 4, taps);
    const g5 = read(at, tap, 5, taps);
    const g6 = read(at, tap, 6, taps);
    const g7 = read(at, tap, 7, taps);
    spread(g0, g2, g4, g6, to, weightPlace);
    spread(i16x8.add(g0, g1), i16x8.add(g2, g3), i16x8.add(g4, g5), i16x8.add(g6, g7), to + 8 * weightPlace, weightPlace);
    spread(g1, g3, g5, g7, to + 16 * weightPlace, weightPlace);
    to += 16;
  }
  // panels go on to a multiple of eight channels
  if (packed != depth) for (let place: usize = 0; place < 24; place++) memory.fill(to + place * weightPlace, 0, 64);
}

// @ts-ignore: decorator
@inline
function read(at: usize, tap: usize, index: usize, taps: usize): v128 {
  return index < taps ? v128.load_ext<i8>(at + index * tap) : i64x2.splat(0);
}

/**
 * Four weights in a line times 360 times the matrix of weights:
 *
 *     90   0  0   0
 *     20  20 20  20
 *     20 -20 20 -20
 *      1   2  4   8
 *      1  -2  4  -8
 *      8   4  2   1
 *      8  -4  2  -1
 *      0   0  0  90
 */
function spread(g0: v128, g1: v128, g2: v128, g3: v128, to: usize, step: usize): void {
  v128.store(to, times90(g0));
  v128.store(to + 7 * step, times90(g3));
  let even = i16x8.add(g0, g2);
  let odd = i16x8.add(g1, g3);
  v128.store(to + step, times20(i16x8.add(even, odd)));
  v128.store(to + 2 * step, times20(i16x8.sub(even, odd)));
  even = i16x8.add(g0, i16x8.shl(g2, 2));
  odd = i16x8.shl(i16x8.add(g1, i16x8.shl(g3, 2)), 1);
  v128.store(to + 3 * step, i16x8.add(even, odd));
  v128.store(to + 4 * step, i16x8.sub(even, odd));
  even = i16x8.shl(i16x8.add(g2, i16x8.shl(g0, 2)), 1);
  odd = i16x8.add(g3, i16x8.shl(g1, 2));
  v128.store(to + 5 * step, i16x8.add(even, odd));
  v128.store(to + 6 * step, i16x8.sub(even, odd));
}

// @ts-ignore: decorator
@inline
function times20(numbers: v128): v128 {
  return i16x8.shl(i16x8.add(i16x8.shl(numbers, 2), numbers), 2);
}

// @ts-ignore: decorator
@inline
function times90(numbers: v128): v128 {
  const five = i16x8.add(i16x8.shl(numbers, 2), numbers);
  return i16x8.shl(i16x8.add(i16x8.shl(five, 3), five), 1);
}
