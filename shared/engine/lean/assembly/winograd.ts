/**
 * 3 x 3 convolutions of u8 by Winograd's F(4 x 4, 3 x 3) (Lavin and Gray 2015, arXiv:1509.09308): 36 products for 16 outputs
 * instead of 144. With a stride of two, F(5 x 5, 2 x 2) of the even rows and columns, which meet the outer taps, beside the
 * odd ones as they are: 121 products for 25 outputs instead of 225.
 *
 * Both are exact, since six points are chosen so: 0, 1, -1, 2, -1/2 and infinity. Doubled and tripled as it takes, all
 * matrices are of whole numbers, activations stay below 98 x 255 and weights up to 225 x 128, so that both fit int16, and
 * sums come out 900 times too large. 225 has an inverse modulo 2^32; of the other 4, one factor for each pair of points that
 * are equal modulo two, nothing is lost while a window has fewer than 2^29 / (255 x 128) numbers (`../winograd.ts`). The
 * points that are usual, 0, 1, -1, 2, -2 and infinity, would cost a factor of 64.
 */
import { multiply, spaced, sumBytes, Transform } from "./products";
import { gatherTiles } from "./winograd-activations";
import { finishTiles } from "./winograd-outputs";
import { transformWeights } from "./winograd-weights";

export function winograd(task: Transform): void {
  memory.fill(task.scratch, <u8>task.inputZero, task.panels - task.scratch);
  if (task.strideY == 1) run(task, false);
  else run(task, true);
}

/** @param halving with a stride of two */
// @ts-ignore: decorator
@inline
function run(task: Transform, halving: bool): void {
  const outputs = halving ? 5 : 4;
  const side: usize = halving ? 11 : 6;
  const weightSide: usize = halving ? 7 : 6;
  const across = (task.outputWidth + outputs - 1) / outputs;
  const tiles = across * ((task.outputHeight + outputs - 1) / outputs);
  const depth = (task.inputs + 7) & ~7;
  const panelBytes = depth * 8;
  const panelPlace = spaced(panelBytes);
  const weightPlace = spaced(panelBytes * 2);
  const panelStep = side * side * panelPlace;
  const sumsStep = side * side * sumBytes;
  for (let start = 0; start < tiles; start += task.chunk * 4) {
    const stop = min(start + task.chunk * 4, tiles);
    const count = (stop - start + 3) >> 2;
    for (let group = 0; group < count; group++) {
      const panel = task.panels + <usize>group * panelStep;
      if (halving) gatherHalving(task, start + group * 4, tiles - 1, across, panel, panelPlace);
      else gather(task, start + group * 4, tiles - 1, across, panel, panelPlace);
    }
    for (let output: usize = 0; output < task.outputs; output += 8) {
      let panels = task.panels;
      let sums = task.sums;
      const weights = task.prepared;
      for (let row: usize = 0; row < side; row++) {
        if (!halving) transform(task, output, row, depth, weightPlace);
        else if (row < weightSide) transformHalving(task, output, row, depth, weightPlace);
        multiply(weightSide, count, panels, panelBytes, panelStep, panelPlace, weights, weightPlace, sums, sumsStep, 0);
        panels += weightSide * panelPlace;
        sums += weightSide * sumBytes;
        if (!halving) continue;
        // odd rows and columns have the middle taps' weights, the last, all
        const last = weights + (weightSide - 1) * weightPlace;
        const rest = side - weightSide;
        multiply(rest, count, panels, panelBytes, panelStep, panelPlace, last, 0, sums, sumsStep, 0);
        panels += rest * panelPlace;
        sums += rest * sumBytes;
      }
      if (halving) finishHalving(task, start, stop, across, output);
      else finish(task, start, stop, across, output);
    }
  }
}

// Each of the parts by itself: V8 spills more in one large function.

function gather(task: Transform, first: i32, last: i32, across: i32, panel: usize, panelPlace: usize): void {
  gatherTiles(task, first, last, across, panel, panelPlace, false);
}

function gatherHalving(task: Transform, first: i32, last: i32, across: i32, panel: usize, panelPlace: usize): void {
  gatherTiles(task, first, last, across, panel, panelPlace, true);
}

function transform(task: Transform, output: usize, row: usize, depth: usize, weightPlace: usize): void {
  transformWeights(task, output, row, depth, weightPlace, false);
}

function transformHalving(task: Transform, output: usize, row: usize, depth: usize, weightPlace: usize): void {
  transformWeights(task, output, row, depth, weightPlace, true);
}

function finish(task: Transform, start: i32, stop: i32, across: i32, output: usize): void {
  finishTiles(task, start, stop, across, output, false);
}

function finishHalving(task: Transform, start: i32, stop: i32, across: i32, output: usize): void {
  finishTiles(task, start, stop, across, output, true);
}
