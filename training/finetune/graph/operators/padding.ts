/** Tensors with rows added around them, or cut off. */
import type { Tensor } from "@tensorflow/tfjs";
import { float, integers, text } from "../../../../shared/onnx/node.ts";
import { fromFront, type Operator, type OperatorTable, type Setting, unsupported } from "../operator.ts";
import { asItIs, placeOf } from "./axes.ts";

const padModes = ["constant", "reflect", "edge"] as const;

/** Pads are an input since version 11, an attribute before; negative ones cut off. */
const pad: Operator = {
  inputs: [1, 4],
  attributes: ["mode", "pads", "value"],
  known: [1, 2, 3],
  prepare({ node, tf }) {
    const mode = text(node, "mode") ?? "constant";
    if (!(padModes as readonly string[]).includes(mode))
      throw unsupported(node, `mode "${mode}"`, `${padModes.join(", ")} are`);
    return (inputs) => {
      const { tensor, layout } = asItIs(inputs);
      const pads = inputs.has(1) ? inputs.numbers(1) : (integers(node, "pads") ?? []);
      const value = inputs.has(2) ? inputs.numbers(2)[0]! : (float(node, "value") ?? 0);
      const axes = inputs.has(3) ? inputs.numbers(3) : Array.from({ length: pads.length / 2 }, (_, axis) => axis);
      const sides = tensor.shape.map((): [number, number] => [0, 0]);
      for (const [at, axis] of axes.entries())
        sides[placeOf(fromFront(axis, tensor.rank), layout)] = [pads[at]!, pads[at + axes.length]!];
      const begin = sides.map(([before]) => Math.max(0, -before));
      const kept = tensor.shape.map((side, axis) => side - begin[axis]! - Math.max(0, -sides[axis]![1]));
      const rest = sides.some((pair) => Math.min(...pair) < 0) ? tensor.slice(begin, kept) : tensor;
      const added = sides.map((pair) => pair.map((side) => Math.max(0, side)) as [number, number]);
      if (mode === "constant") return { layout, tensor: rest.pad(added, value) };
      return { layout, tensor: extended(tf, rest, added, mode === "reflect" ? mirrored : edge) };
    };
  },
};

/** Which of its own rows an axis is grown by, counted inwards from its end: for the first new one, 0, and on outwards. */
type Repeat = (at: number) => number;
const mirrored: Repeat = (at) => at + 1;
const edge: Repeat = () => 0;

/** Grown along each axis; mirrorPad's own gradient forgets what it mirrored. */
const extended = (
  tf: Setting["tf"],
  tensor: Tensor,
  sides: readonly (readonly [number, number])[],
  repeat: Repeat,
): Tensor =>
  sides.reduce((whole, [before, after], axis) => {
    if (before + after === 0) return whole;
    const row = (at: number): Tensor =>
      whole.slice(
        whole.shape.map((_, other) => (other === axis ? at : 0)),
        whole.shape.map((side, other) => (other === axis ? 1 : side)),
      );
    const last = whole.shape[axis]! - 1;
    const front = Array.from({ length: before }, (_, at) => row(repeat(at))).reverse();
    const back = Array.from({ length: after }, (_, at) => row(last - repeat(at)));
    return tf.concat([...front, whole, ...back], axis);
  }, tensor);

export const padding: OperatorTable = { Pad: pad };
