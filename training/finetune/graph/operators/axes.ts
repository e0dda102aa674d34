/** Operators along an axis leave an image as it lies: which of its axes ONNX means. */
import { type Inputs, plain } from "../operator.ts";
import { channelsLast, type Layout, placeWhenLast, type Value } from "../value.ts";

/** Where ONNX' axis lies in a layout. */
export const placeOf = (axis: number, layout: Layout): number =>
  layout === channelsLast ? placeWhenLast[axis]! : axis;

/** An image stays one; all else is brought to ONNX' layout. */
export const asItIs = (inputs: Inputs): Value => {
  const value = inputs.value(0);
  return value.layout === channelsLast ? value : plain(inputs.tensor(0));
};
