/**
 * Convolutions of u8 with a window of one row or one column of up to eight taps and a stride of one, by two of Winograd's
 * algorithms, one within the other: F(5, 4) over pairs of taps, and F(2, 2) in each pair. 24 products for ten outputs: of
 * seven taps, instead of 70.
 *
 * Exact as `winograd.ts` is, with the points 0, 1, -1, 2, -2, 1/2, -1/2 and infinity for the one and 0, 1 and infinity for the
 * other: activations stay below 50 x 255 and weights up to 90 x 256; sums come out 360 times too large, 45 of which has an
 * inverse modulo 2^32, and a window has fewer than 2^28 / (255 x 128) numbers (`../line.ts`).
 */
import { gatherTiles } from "./line-activations";
import { finishTiles } from "./line-outputs";
import { transformWeights } from "./line-weights";
import { multiply, spaced, sumBytes, Transform } from "./products";

const places: usize = 24;

/** A group of tiles is ten outputs of each of four lines beside each other. */
export function line(task: Transform): void {
  const upright = task.rows > 1;
  const lines = upright ? task.outputWidth : task.outputHeight;
  const length = upright ? task.outputHeight : task.outputWidth;
  const tiles = (length + 9) / 10;
  const groups = tiles * ((lines + 3) >> 2);
  const depth = (task.inputs + 7) & ~7;
  const panelBytes = depth * 8;
  const panelPlace = spaced(panelBytes);
  const weightPlace = spaced(panelBytes * 2);
  const panelStep = places * panelPlace;
  const sumsStep = places * sumBytes;
  const weights = task.prepared;
  memory.fill(task.scratch, <u8>task.inputZero, task.panels - task.scratch);
  for (let start = 0; start < groups; start += task.chunk) {
    const stop = min(start + task.chunk, groups);
    const count = stop - start;
    let panels = task.panels;
    for (let group = start; group < stop; group++) {
      gatherTiles(task, (group / tiles) * 4, lines - 1, (group % tiles) * 10, upright, panels, panelPlace);
      panels += panelStep;
    }
    for (let output: usize = 0; output < task.outputs; output += 8) {
      let sums = task.sums;
      transformWeights(task, output, depth, weightPlace);
      multiply(places, count, task.panels, panelBytes, panelStep, panelPlace, weights, weightPlace, sums, sumsStep, 0);
      for (let group = start; group < stop; group++) {
        finishTiles(task, sums, (group / tiles) * 4, lines, (group % tiles) * 10, length, upright, output);
        sums += sumsStep;
      }
    }
  }
}
