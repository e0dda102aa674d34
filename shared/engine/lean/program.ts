/** A plan in the memory of an instance of the kernels, ready to run photo after photo without allocating. */
import type { Output } from "../engine.ts";
import { layOut, recordWords } from "./layout.ts";
import type { Plan, PlanTensor, TensorIndex } from "./plan.ts";
import { widen, widenedBytes } from "./weights.ts";

/** @param tensor the photo, NCHW @throws Error when it has another size */
export type Program = (tensor: Float32Array, heatmap?: boolean) => Output;

type Kernel = (argumentsAt: number) => void;

const pageBytes = 65_536;

/**
 * Holds on to nothing of `plan` and `bytes`: they can be collected while the program runs on.
 *
 * @param instance of `kernels.wasm`, for this plan alone
 * @param plan as `parsePlan` made it of `bytes`
 */
export const createProgram = (instance: WebAssembly.Instance, plan: Plan, bytes: Uint8Array): Program =>
  programOf(instance.exports.memory as WebAssembly.Memory, writePlan(instance, plan, bytes));

/** What of a plan its runs still need. */
interface Runs {
  calls: { kernel: Kernel; at: number }[];
  photo: { at: number; numbers: number };
  logits: Place;
  heatmap: Place | undefined;
}

interface Place {
  tensor: PlanTensor;
  at: number;
}

/** Writes the memory that runs read. */
const writePlan = (instance: WebAssembly.Instance, plan: Plan, bytes: Uint8Array): Runs => {
  const exports = instance.exports as Record<string, Kernel> & { memory: WebAssembly.Memory; heap: WebAssembly.Global };
  const { memory, heap } = exports;
  const { planAt, places, widened, calls, recordsAt, end } = layOut(plan, bytes, heap.value);
  memory.grow(Math.max(0, Math.ceil((end - memory.buffer.byteLength) / pageBytes)));
  new Uint8Array(memory.buffer, planAt).set(bytes);
  for (const [operator, at] of widened)
    widen(operator, plan, new Float32Array(memory.buffer, at, widenedBytes(operator, plan) / 4));
  const records = calls.flatMap(({ kernel, words, along }, i) => {
    const at = recordsAt + i * recordWords * 4;
    // throws where they are more
    new Uint32Array(memory.buffer, at, recordWords).set(words);
    return along ? [] : [{ kernel: exports[kernel]!, at }];
  });
  const placeOf = (index: TensorIndex): Place => ({ tensor: plan.tensors[index]!, at: places.tensor(index) });
  const { channels, height, width } = plan.input;
  const { logits, heatmap } = plan.outputs;
  return {
    calls: records,
    photo: { at: places.photo, numbers: channels * height * width },
    logits: placeOf(logits),
    heatmap: heatmap === undefined ? undefined : placeOf(heatmap),
  };
};

const programOf = ({ buffer }: WebAssembly.Memory, { calls, photo, logits, heatmap }: Runs): Program => {
  const input = new Float32Array(buffer, photo.at, photo.numbers);
  const scores = new Float32Array(buffer, logits.at, logits.tensor.channels);
  return (tensor, wanted = false) => {
    if (tensor.length !== photo.numbers)
      throw new Error(`a tensor of ${tensor.length} numbers, not ${photo.numbers}; make it of this model's input size`);
    input.set(tensor);
    for (const { kernel, at } of calls) kernel(at);
    const output: Output = { logits: scores.slice() };
    if (wanted && heatmap) output.heatmap = planes(heatmap.tensor, buffer, heatmap.at);
    return output;
  };
};

/** A map's numbers, channel by channel. */
const planes = (
  { channels, height, width, pitch }: PlanTensor,
  memory: ArrayBuffer,
  at: number,
): NonNullable<Output["heatmap"]> => {
  const pixels = height * width;
  const from = new Float32Array(memory, at, (pixels - 1) * pitch + channels);
  const data = new Float32Array(channels * pixels);
  for (let channel = 0; channel < channels; channel++)
    for (let pixel = 0; pixel < pixels; pixel++) data[channel * pixels + pixel] = from[pixel * pitch + channel]!;
  return { data, classes: channels, height, width };
};
