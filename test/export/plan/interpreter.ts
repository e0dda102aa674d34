/**
 * Runs a plan number by number, slowly and plainly, in the very arena that it lays out: what the plan means, told without the
 * kernels. Weights are read back from their packed layouts.
 */
import { depthOf, panelOutputs } from "../../../shared/engine/lean/pack.ts";
import {
  type Convolution,
  type Depthwise,
  elementBytes,
  type Operator,
  type Plan,
  roundUp,
  type Window,
} from "../../../shared/engine/lean/plan.ts";

const { fround } = Math;

const roundToEven = (value: number): number => {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
};

interface Memory {
  get(tensor: number, channel: number, row: number, column: number): number;
  set(tensor: number, channel: number, row: number, column: number, value: number): void;
}

const memoryOf = ({ tensors, constants }: Plan, arena: Uint8Array): Memory => {
  const views = { arena: new DataView(arena.buffer), constants: new DataView(constants.buffer, constants.byteOffset) };
  const at = (tensor: number, channel: number, row: number, column: number): number => {
    const { type, channels, height, width, pitch, offset } = tensors[tensor]!;
    if (channel >= channels || row >= height || column >= width) throw new Error("out of a tensor's bounds");
    return offset + ((row * width + column) * pitch + channel) * elementBytes[type];
  };
  return {
    get(tensor, ...place) {
      const { type, place: where } = tensors[tensor]!;
      return type === "u8"
        ? views[where].getUint8(at(tensor, ...place))
        : views[where].getFloat32(at(tensor, ...place), true);
    },
    set(tensor, channel, row, column, value) {
      const { type } = tensors[tensor]!;
      const offset = at(tensor, channel, row, column);
      if (type === "u8") views.arena.setUint8(offset, value);
      else views.arena.setFloat32(offset, value, true);
    },
  };
};

/** Calls back with each tap of a window that lies on the map. */
const eachTap = (
  { kernel, strides, dilations, pads }: Window,
  map: { height: number; width: number },
  [row, column]: readonly [number, number],
  visit: (row: number, column: number, tapRow: number, tapColumn: number) => void,
): void => {
  for (let i = 0; i < kernel[0]; i++)
    for (let j = 0; j < kernel[1]; j++) {
      const [y, x] = [row * strides[0] - pads[0] + i * dilations[0], column * strides[1] - pads[1] + j * dilations[1]];
      if (y >= 0 && x >= 0 && y < map.height && x < map.width) visit(y, x, i, j);
    }
};

/** @returns the output tensors by name */
export const interpret = (plan: Plan, photo: Float32Array): { logits: Float32Array; heatmap?: Float32Array } => {
  const { tensors, input } = plan;
  const arena = new Uint8Array(plan.arena).fill(0xa5);
  arena.set(new Uint8Array(photo.buffer, photo.byteOffset, photo.byteLength), input.offset);
  const memory = memoryOf(plan, arena);
  for (const operator of plan.operators) step(plan, operator, memory, new DataView(arena.buffer));
  /** In ONNX' order. */
  const read = (tensor: number): Float32Array => {
    const { channels, height, width } = tensors[tensor]!;
    const numbers: number[] = [];
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) numbers.push(memory.get(tensor, c, y, x));
    return Float32Array.from(numbers);
  };
  const { logits, heatmap } = plan.outputs;
  return { logits: read(logits), ...(heatmap !== undefined && { heatmap: read(heatmap) }) };
};

const step = (plan: Plan, operator: Operator, memory: Memory, arena: DataView): void => {
  const { tensors } = plan;
  const out = tensors[operator.output]!;
  const from = "input" in operator ? operator.input : "left" in operator ? operator.left : operator.output;
  const map = tensors[from]!;
  const clamp = (steps: number): number => Math.max(0, Math.min(255, steps + out.zero));
  const quantized = (value: number): number => clamp(roundToEven(fround(value / out.scale)));
  const number = (value: number): number => (out.type === "u8" ? quantized(value) : value);

  const each = (visit: (channel: number, row: number, column: number) => number): void => {
    for (let y = 0; y < out.height; y++)
      for (let x = 0; x < out.width; x++)
        for (let c = 0; c < out.channels; c++) memory.set(operator.output, c, y, x, visit(c, y, x));
  };

  switch (operator.op) {
    case "image":
      each((c, y, x) => number(arena.getFloat32(plan.input.offset + ((c * out.height + y) * out.width + x) * 4, true)));
      return;
    case "quantize":
      each((c, y, x) => number(memory.get(from, c, y, x)));
      return;
    case "dequantize":
      each((c, y, x) => fround(map.scale * (memory.get(from, c, y, x) - map.zero)));
      return;
    case "conv":
    case "depthwise":
      convolve(plan, operator, memory);
      return;
    case "table":
      each((c, y, x) => plan.constants[operator.table + memory.get(from, c, y, x)]!);
      return;
    case "concat":
      for (let y = 0; y < map.height; y++)
        for (let x = 0; x < map.width; x++)
          for (let c = 0; c < map.channels; c++)
            memory.set(operator.output, operator.at + c, y, x, memory.get(from, c, y, x));
      return;
    case "add":
    case "mul": {
      const other = tensors[operator.right]!;
      const spread = other.height === 1 && other.width === 1;
      const scales = { a: fround(map.scale / out.scale), b: fround(other.scale / out.scale) };
      const product = fround(fround(map.scale * other.scale) / out.scale);
      each((c, y, x) => {
        const [a, b] = [
          memory.get(from, c, y, x),
          spread ? memory.get(operator.right, c, 0, 0) : memory.get(operator.right, c, y, x),
        ];
        if (out.type === "f32") return fround(operator.op === "add" ? a + b : a * b);
        if (operator.op === "mul") return clamp(roundToEven(fround((a - map.zero) * (b - other.zero) * product)));
        const fixed = fround(out.zero - fround(scales.a * map.zero + fround(scales.b * other.zero)));
        // a fused multiply-add rounds once; here every step is exact in float64
        const sum = fround(scales.a * a + fround(scales.b * b + fixed));
        return Math.max(0, Math.min(255, roundToEven(sum)));
      });
      return;
    }
    case "maxPool":
      each((c, y, x) => {
        let largest = Number.NEGATIVE_INFINITY;
        eachTap(operator.window, map, [y, x], (i, j) => {
          largest = Math.max(largest, memory.get(from, c, i, j));
        });
        return largest;
      });
      return;
    case "averagePool":
      each((c, y, x) => {
        let [sum, count] = [0, 0];
        eachTap(operator.window, map, [y, x], (i, j) => {
          sum += fround(map.scale * (memory.get(from, c, i, j) - map.zero));
          count++;
        });
        return number(
          fround(sum / (operator.countPads ? operator.window.kernel[0] * operator.window.kernel[1] : count)),
        );
      });
      return;
    case "globalAverage":
      each((c) => {
        let sum = 0;
        for (let i = 0; i < map.height; i++)
          for (let j = 0; j < map.width; j++) sum += memory.get(from, c, i, j) - map.zero;
        const area = map.height * map.width;
        if (out.type === "f32") return fround((sum * map.scale) / area);
        return clamp(roundToEven(fround(sum * fround(map.scale / fround(out.scale * area)))));
      });
      return;
    case "logSumExp": {
      let sum = 0;
      for (let c = 0; c < map.channels; c++) sum += Math.exp(memory.get(from, c, 0, 0));
      each(() => Math.log(sum));
      return;
    }
    case "clip":
      each((c, y, x) => Math.max(operator.low, Math.min(operator.high, memory.get(from, c, y, x))));
      return;
    default:
      throw new Error(`the interpreter does not know ${operator.op}`);
  }
};

const convolve = (plan: Plan, operator: Convolution | Depthwise, memory: Memory): void => {
  const { tensors, constants } = plan;
  const [map, out] = [tensors[operator.input]!, tensors[operator.output]!];
  const { window } = operator;
  const groups = operator.op === "conv" ? operator.groups : map.channels;
  const perGroup = out.channels / groups;
  const inputs = map.channels / groups;
  const integers = out.type === "u8";
  const view = new DataView(constants.buffer, constants.byteOffset);
  const step = integers ? 2 : 1;
  const [rows, columns] = window.kernel;
  const weightAt = (index: number): number =>
    integers ? view.getInt8(operator.weights + index) : view.getFloat32(operator.weights + index * 4, true);
  const weight = (output: number, channel: number, i: number, j: number): number => {
    if (operator.op === "depthwise") {
      const tap = Math.floor(i / step) * columns + j;
      return weightAt(
        (output - (output % 4)) * roundUp(rows, step) * columns + (tap * 4 + (output % 4)) * step + (i % step),
      );
    }
    const [group, lane] = [Math.floor(output / perGroup), output % perGroup];
    const depth = depthOf(inputs, window.kernel);
    const panel = group * panelOutputs(out.channels, groups) + lane - (lane % 8);
    const k = (i * columns + j) * roundUp(inputs, 4) + channel;
    return weightAt(panel * depth + (k - (k % step)) * 8 + (lane % 8) * step + (k % step));
  };
  const perOutput = (output: number): number =>
    operator.op === "depthwise"
      ? output
      : Math.floor(output / perGroup) * panelOutputs(out.channels, groups) + (output % perGroup);
  for (let c = 0; c < out.channels; c++) {
    const group = Math.floor(c / perGroup);
    const kernel: number[] = [];
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) for (let k = 0; k < inputs; k++) kernel.push(weight(c, k, i, j));
    const place = perOutput(c) * 4;
    const bias = integers ? view.getInt32(operator.bias + place, true) : view.getFloat32(operator.bias + place, true);
    const multiplier = integers ? view.getFloat32(operator.multipliers + place, true) : 1;
    for (let y = 0; y < out.height; y++)
      for (let x = 0; x < out.width; x++) {
        let sum = bias;
        eachTap(window, map, [y, x], (row, column, i, j) => {
          for (let k = 0; k < inputs; k++)
            sum +=
              (memory.get(operator.input, group * inputs + k, row, column) - map.zero) *
              kernel[(i * columns + j) * inputs + k]!;
        });
        const value = integers
          ? Math.max(0, Math.min(255, roundToEven(fround(fround(sum) * multiplier)) + out.zero))
          : Math.max(operator.low, Math.min(operator.high, sum));
        memory.set(operator.output, c, y, x, value);
      }
  }
};
