/**
 * 1 x 1 convolutions of u8 by Strassen's algorithm in Winograd's form (Winograd 1971), twice, one within the other: pixels,
 * inputs and outputs are divided by four each, and of the 64 products of a quarter of the pixels and inputs with a quarter
 * of the inputs and outputs 49 are left. Whatever wraps, sums are what they always are modulo 2^32; activations stay
 * below 8 x 255, weights within 16 x 128.
 *
 * Quarters are as small as can be in pixels and outputs, so that all sums lie in a near cache: a group is sixteen pixels, four
 * times four of them, and 32 outputs are four panels of eight. In inputs they are as large as can be.
 */
import { convolvePixels } from "./convolution";
import { multiply, spaced, sumBytes, Transform } from "./products";
import { gatherGroup } from "./strassen-activations";
import { finishGroup } from "./strassen-outputs";
import { transformWeights } from "./strassen-weights";

/** Inputs and outputs are multiples of 32. */
export function strassen(task: Transform): void {
  const pixels = task.outputHeight * task.outputWidth;
  const groups = pixels >> 4;
  const panelPlace = spaced(task.inputs * 2);
  for (let start = 0; start < groups; start += task.chunk) {
    const stop = min(start + task.chunk, groups);
    let panels = task.panels;
    for (let group = start; group < stop; group++) {
      gatherGroup(task, group * 16, panels, panelPlace);
      panels += 49 * panelPlace;
    }
    multiplyChunk(task, start, stop);
    for (let next = task.next; next != 0; next = changetype<Transform>(next).next)
      multiplyChunk(changetype<Transform>(next), start, stop);
  }
  convolvePixels<u8>(task, groups * 16, pixels, 16);
}

/** Groups gathered before with all weights. */
function multiplyChunk(task: Transform, start: i32, stop: i32): void {
  const count = stop - start;
  for (let output: usize = 0; output < task.outputs; output += 32) {
    fetch(task.weights + output * task.inputs, 32 * task.inputs, task.work);
    // each adds to the sums of an earlier one what `strassen-outputs.ts` needs
    multiplyOuter(task, output, 0, 0, count);
    multiplyOuter(task, output, 1, 0, count);
    multiplyOuter(task, output, 5, 0, count);
    multiplyOuter(task, output, 6, 5, count);
    multiplyOuter(task, output, 3, 6, count);
    multiplyOuter(task, output, 4, 4, count);
    multiplyOuter(task, output, 2, 5, count);
    let sums = task.sums;
    for (let group = start; group < stop; group++) {
      finishGroup(task, sums, group * 16, output);
      sums += 49 * sumBytes;
    }
  }
}

/** Reads bytes in a row, so that they are near when they are read here and there: 1% faster. */
function fetch(at: usize, bytes: usize, to: usize): void {
  let all = i64x2.splat(0);
  for (const end = at + bytes; at < end; at += 64) all = v128.or(all, v128.load(at));
  v128.store(to, all);
}

/** The seven products within the outer algorithm's product `outer`, added to those of its product `before`; itself: to none. */
function multiplyOuter(task: Transform, output: usize, outer: usize, before: usize, count: i32): void {
  const panelBytes = task.inputs * 2;
  const panelPlace = spaced(panelBytes);
  const weightPlace = spaced(panelBytes * 2);
  const outerSums: usize = 7 * sumBytes;
  transformWeights(task, output, outer, weightPlace);
  multiply(
    7,
    count,
    task.panels + outer * 7 * panelPlace,
    panelBytes,
    49 * panelPlace,
    panelPlace,
    task.prepared,
    weightPlace,
    task.sums + outer * outerSums,
    7 * outerSums,
    (<isize>before - <isize>outer) * <isize>outerSums,
  );
}
