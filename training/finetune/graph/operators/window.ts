/** The window that a convolution or a pooling slides over an image, as ONNX' attributes describe it. */
import { describeNode, integers, text } from "../../../../shared/onnx/node.ts";
import type { Pair, Window } from "../gradients/gradients.ts";
import { type Setting, unsupported } from "../operator.ts";

export const windowAttributes = ["auto_pad", "dilations", "kernel_shape", "pads", "strides"] as const;

const autoPads = ["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"] as const;

export interface WindowRule {
  strides: Pair;
  dilations: Pair;
  /** @param size of the image; @param kernel of the window */
  at(size: Pair, kernel: Pair): Window;
}

/** @throws Error for windows over anything but height and width */
export const readWindow = ({ node }: Setting): WindowRule => {
  const pair = (name: string): Pair => {
    const [height = 1, width = 1, ...more] = integers(node, name) ?? [];
    if (more.length > 0) throw unsupported(node, `${name} of ${more.length + 2} axes`, "windows have height and width");
    return [height, width];
  };
  const [strides, dilations] = [pair("strides"), pair("dilations")];
  const autoPad = text(node, "auto_pad") ?? "NOTSET";
  if (!(autoPads as readonly string[]).includes(autoPad))
    throw unsupported(node, `auto_pad "${autoPad}"`, `${autoPads.join(", ")} are`);
  const [top = 0, left = 0, bottom = 0, right = 0] = integers(node, "pads") ?? [];
  if (Math.min(top, left, bottom, right) < 0)
    throw new Error(`${describeNode(node)}: pads ${[top, left, bottom, right]} remove pixels; slice before it instead`);

  /** As many zeros as make the output ceil(size / stride) long. */
  const same = (size: number, kernel: number, place: 0 | 1): Pair => {
    const [stride, reach] = [strides[place], dilations[place] * (kernel - 1) + 1];
    const zeros = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
    const fewer = zeros >> 1;
    return autoPad === "SAME_UPPER" ? [fewer, zeros - fewer] : [zeros - fewer, fewer];
  };
  return {
    strides,
    dilations,
    at(size, kernel) {
      if (autoPad === "SAME_UPPER" || autoPad === "SAME_LOWER")
        return { strides, dilations, pads: [same(size[0], kernel[0], 0), same(size[1], kernel[1], 1)] };
      const pads =
        autoPad === "VALID"
          ? ([
              [0, 0],
              [0, 0],
            ] as const)
          : ([
              [top, bottom],
              [left, right],
            ] as const);
      return { strides, dilations, pads };
    },
  };
};
