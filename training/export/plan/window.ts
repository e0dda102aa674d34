/** Where an operator's window slides: what its node says, with the pads that depend on the map's size. */
import type { Window } from "../../../shared/engine/lean/operators.ts";
import type { Shape } from "../../../shared/engine/lean/plan.ts";
import type { NodeProto } from "../../../shared/onnx/model.ts";
import { integer, integers, text } from "../../../shared/onnx/node.ts";
import { uncovered } from "./no-plan.ts";

type Steps = Omit<Window, "pads">;

/** @param map that it slides over; @param kernel where the node does not say: the weights' */
export const windowOf = (node: NodeProto, map: Shape, kernel?: readonly number[]): Window => {
  const sides = integers(node, "kernel_shape") ?? kernel ?? [];
  if (sides.length !== 2) throw uncovered(node, `a window of ${sides.length} dimensions`);
  const pair = (name: string) => (integers(node, name) ?? [1, 1]) as [number, number];
  const steps = { kernel: sides as [number, number], strides: pair("strides"), dilations: pair("dilations") };
  return { ...steps, pads: padsOf(node, map, steps) };
};

/** Numbers that a window reaches over, of one axis. */
const reachOf = ({ kernel, dilations }: Steps, axis: 0 | 1): number => dilations[axis] * (kernel[axis] - 1) + 1;

const padsOf = (node: NodeProto, map: Shape, steps: Steps): Window["pads"] => {
  const padding = text(node, "auto_pad") || "NOTSET";
  if (padding === "NOTSET") return (integers(node, "pads") ?? [0, 0, 0, 0]) as [number, number, number, number];
  if (padding === "VALID") return [0, 0, 0, 0];
  if (padding !== "SAME_UPPER" && padding !== "SAME_LOWER") throw uncovered(node, `auto_pad ${padding}`);
  // as many windows as strides begin in the map; of an odd number the end that is named gets one more
  const lacking = (size: number, axis: 0 | 1): number =>
    Math.max(0, (Math.ceil(size / steps.strides[axis]) - 1) * steps.strides[axis] + reachOf(steps, axis) - size);
  const [rows, columns] = [lacking(map.height, 0), lacking(map.width, 1)];
  const before = padding === "SAME_UPPER" ? Math.floor : Math.ceil;
  const [top, left] = [before(rows / 2), before(columns / 2)];
  return [top, left, rows - top, columns - left];
};

/** Height and width of what a window makes of a map. */
export const windowed = ({ height, width }: Shape, window: Window) => {
  const { strides, pads } = window;
  const places = (size: number, axis: 0 | 1): number =>
    Math.floor((size + pads[axis] + pads[axis + 2]! - reachOf(window, axis)) / strides[axis]) + 1;
  return { height: places(height, 0), width: places(width, 1) };
};

/** With `ceil_mode` the last window may begin inside and end outside: as much is padded at the end. */
export const withCeiling = (node: NodeProto, input: Shape, window: Window): Window => {
  if (integer(node, "ceil_mode", 0) === 0) return window;
  const { strides, pads } = window;
  const lacking = (size: number, axis: 0 | 1): number => {
    const reach = reachOf(window, axis);
    const steps = Math.ceil((size + pads[axis] + pads[axis + 2]! - reach) / strides[axis]);
    // a window that would begin in the padding at the end is left out
    const begins = steps * strides[axis] < size + pads[axis] ? steps : steps - 1;
    return Math.max(0, begins * strides[axis] + reach - size - pads[axis] - pads[axis + 2]!);
  };
  const [top, left, bottom, right] = pads;
  return { ...window, pads: [top, left, bottom + lacking(input.height, 0), right + lacking(input.width, 1)] };
};
