/** The transformation of weights for `strassen.ts`, anew for each chunk: stored they would be six times as large. */
import { Transform } from "./products";

/** Of 32 outputs, the right factors of seven products within the outer algorithm's product `outer`. */
export function transformWeights(task: Transform, output: usize, outer: usize, step: usize): void {
  const weights = task.weights + output * task.inputs;
  const right: usize = 16 * task.inputs;
  const below: usize = 4 * task.inputs;
  const b11 = weights;
  const b12 = weights + right;
  const b21 = weights + below;
  const b22 = weights + right + below;
  if (outer == 0) transform(task, step, 1, b11, 0, 0, 0);
  else if (outer == 1) transform(task, step, 1, b21, 0, 0, 0);
  else if (outer == 2) transform(task, step, 1, b22, 0, 0, 0);
  else if (outer == 3) transform(task, step, 4, b21, b22, b12, b11);
  else if (outer == 4) transform(task, step, 2, b12, b11, 0, 0);
  else if (outer == 5) transform(task, step, 3, b22, b12, b11, 0);
  else transform(task, step, 2, b22, b12, 0, 0);
}

/** Of p0 - p1 + p2 - p3, or the first `terms` of them, each a block that has four blocks itself. */
// @ts-ignore: decorator
@inline
function transform(task: Transform, step: usize, terms: i32, p0: usize, p1: usize, p2: usize, p3: usize): void {
  const right: usize = 8 * task.inputs;
  const below: usize = 2 * task.inputs;
  const far = right + below;
  let to = task.prepared;
  for (const end = p0 + below; p0 < end; p0 += 8) {
    let b11 = v128.load_ext<i8>(p0);
    let b12 = v128.load_ext<i8>(p0 + right);
    let b21 = v128.load_ext<i8>(p0 + below);
    let b22 = v128.load_ext<i8>(p0 + far);
    if (terms > 1) {
      b11 = i16x8.sub(b11, v128.load_ext<i8>(p1));
      b12 = i16x8.sub(b12, v128.load_ext<i8>(p1 + right));
      b21 = i16x8.sub(b21, v128.load_ext<i8>(p1 + below));
      b22 = i16x8.sub(b22, v128.load_ext<i8>(p1 + far));
      p1 += 8;
    }
    if (terms > 2) {
      b11 = i16x8.add(b11, v128.load_ext<i8>(p2));
      b12 = i16x8.add(b12, v128.load_ext<i8>(p2 + right));
      b21 = i16x8.add(b21, v128.load_ext<i8>(p2 + below));
      b22 = i16x8.add(b22, v128.load_ext<i8>(p2 + far));
      p2 += 8;
    }
    if (terms > 3) {
      b11 = i16x8.sub(b11, v128.load_ext<i8>(p3));
      b12 = i16x8.sub(b12, v128.load_ext<i8>(p3 + right));
      b21 = i16x8.sub(b21, v128.load_ext<i8>(p3 + below));
      b22 = i16x8.sub(b22, v128.load_ext<i8>(p3 + far));
      p3 += 8;
    }
    const t1 = i16x8.sub(b12, b11);
    const t2 = i16x8.sub(b22, t1);
    v128.store(to, b11);
    v128.store(to + step, b21);
    v128.store(to + 2 * step, b22);
    v128.store(to + 3 * step, i16x8.sub(b21, t2));
    v128.store(to + 4 * step, t1);
    v128.store(to + 5 * step, t2);
    v128.store(to + 6 * step, i16x8.sub(b22, b12));
    to += 16;
  }
}
