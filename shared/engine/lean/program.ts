/** A plan in the memory of an instance of the kernels, ready to run photo after photo without allocating. */
import type { Output } from "../engine.ts";
import { callOf, type Places } from "./arguments.ts";
import { type Plan, type PlanTensor, roundUp, type TensorIndex } from "./plan.ts";
import { scratchOf } from "./scratch.ts";

/** @param tensor the photo, NCHW @throws Error when it has another size */
export type Program = (tensor: Float32Array, heatmap?: boolean) => Output;

type Kernel = (argumentsAt: number) => void;

const pageBytes = 65_536;

/** The kernels read whole vectors, so up to this many bytes past the last number. */
const slackBytes = 64;

/** For one record of arguments: the longest, `winograd_u8`'s, is just as long. */
const recordWords = 32;
const recordBytes = recordWords * 4;

/**
 * Holds on to nothing of `plan` and `bytes`: they can be collected while the program runs on.
 *
 * @param instance of `kernels.wasm`, for this plan alone
 * @param plan as `parsePlan` made it of `bytes`
 */
export const createProgram = (instance: WebAssembly.Instance, plan: Plan, bytes: Uint8Array): Program =>
  programOf(instance.exports.memory as WebAssembly.Memory, layOut(instance, plan, bytes));

/** Addresses, and what of a plan its runs still need. */
interface Layout {
  calls: { kernel: Kernel; at: number }[];
  photo: { at: number; numbers: number };
  logits: Place;
  heatmap: Place | undefined;
}

interface Place {
  tensor: PlanTensor;
  at: number;
}

/**
 * Writes into the memory, in this order after the kernels' own: the plan's bytes as they are, a record of arguments for
 * each call, scratch, the arena.
 */
const layOut = (instance: WebAssembly.Instance, plan: Plan, bytes: Uint8Array): Layout => {
  const exports = instance.exports as Record<string, Kernel> & { memory: WebAssembly.Memory; heap: WebAssembly.Global };
  const { memory, heap } = exports;
  const planAt = roundUp(heap.value, 64);
  const constantsAt = planAt + plan.constants.byteOffset - bytes.byteOffset;
  const recordsAt = roundUp(planAt + bytes.length, 64);
  const scratchAt = recordsAt + plan.operators.length * recordBytes;
  const arenaAt = roundUp(scratchAt + Math.max(0, ...plan.operators.map((o) => scratchOf(o, plan))), 64);
  const end = arenaAt + plan.arena + slackBytes;
  memory.grow(Math.max(0, Math.ceil((end - memory.buffer.byteLength) / pageBytes)));
  new Uint8Array(memory.buffer, planAt).set(bytes);

  const placeOf = (index: TensorIndex): Place => {
    const tensor = plan.tensors[index]!;
    return { tensor, at: (tensor.place === "arena" ? arenaAt : constantsAt) + tensor.offset };
  };
  const places: Places = {
    tensor: (index) => placeOf(index).at,
    constant: (offset) => constantsAt + offset,
    photo: arenaAt + plan.input.offset,
    scratch: scratchAt,
  };
  const calls = plan.operators.map((operator, i) => {
    const { kernel, words } = callOf(operator, plan, places);
    const at = recordsAt + i * recordBytes;
    // throws where they are more
    new Uint32Array(memory.buffer, at, recordWords).set(words);
    return { kernel: exports[kernel]!, at };
  });
  const { channels, height, width } = plan.input;
  const { logits, heatmap } = plan.outputs;
  return {
    calls,
    photo: { at: places.photo, numbers: channels * height * width },
    logits: placeOf(logits),
    heatmap: heatmap === undefined ? undefined : placeOf(heatmap),
  };
};

const programOf = ({ buffer }: WebAssembly.Memory, { calls, photo, logits, heatmap }: Layout): Program => {
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
