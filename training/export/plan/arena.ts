/**
 * Places for a plan's tensors in one arena: each lives from the operator that makes it to the last that reads it, and shares
 * its bytes with those that live at other times. Operators that work number by number write over their input where nothing
 * reads it later. Placed greedily, the largest first (Pisarchyk & Lee 2020, arXiv:2001.03288, "greedy by size").
 */
import { fields } from "../../../shared/engine/lean/format.ts";
import type { Operator } from "../../../shared/engine/lean/operators.ts";
import {
  elementBytes,
  type PlanTensor,
  roundUp,
  type Shape,
  sameShape,
  spanOf,
  type TensorIndex,
} from "../../../shared/engine/lean/plan.ts";
import type { DraftTensor } from "./draft.ts";

/** Bytes of a cache line, so that no two tensors share one. */
const LINE = 64;

export interface Layout {
  tensors: PlanTensor[];
  /** The photo's place. */
  input: number;
  /** Bytes. */
  arena: number;
}

interface Block {
  bytes: number;
  /** Places in the order of operators, both included. */
  from: number;
  to: number;
  offset: number;
}

/** Those that read each number before they write it at the same place. */
const inPlace: readonly Operator["op"][] = ["add", "mul", "table", "clip", "sigmoid", "tanh", "hardSwish"];

export const tensorsOf = (operator: Operator): { reads: TensorIndex[]; writes: TensorIndex } => {
  const numbers = operator as unknown as Record<string, number>;
  const named = Object.entries(fields[operator.op]).filter(([, type]) => type === "tensor");
  return {
    reads: named.filter(([name]) => name !== "output").map(([name]) => numbers[name]!),
    writes: operator.output,
  };
};

/** @param outputs which nothing may write over */
export const layOut = (
  drafts: readonly DraftTensor[],
  operators: readonly Operator[],
  outputs: readonly TensorIndex[],
  photo: Shape,
): Layout => {
  const pitches = pitchesOf(drafts, operators);
  const sized = drafts.map((draft, i): PlanTensor => {
    const { within, ...tensor } = draft;
    return { ...tensor, pitch: pitches[i]!, offset: draft.offset ?? 0 };
  });
  const owners = ownersOf(drafts);
  const blocks = new Map<TensorIndex, Block>();
  for (const [i, tensor] of sized.entries())
    if (tensor.place === "arena" && owners[i] === i)
      blocks.set(i, { bytes: spanOf(tensor), from: Number.POSITIVE_INFINITY, to: -1, offset: 0 });
  const touch = (tensor: TensorIndex, when: number): void => {
    const block = blocks.get(owners[tensor]!);
    if (!block) return;
    block.from = Math.min(block.from, when);
    block.to = Math.max(block.to, when);
  };
  for (const [when, operator] of operators.entries()) {
    const { reads, writes } = tensorsOf(operator);
    for (const tensor of [...reads, writes]) touch(tensor, when);
  }
  for (const output of outputs) touch(output, operators.length);
  const photoBlock: Block = {
    bytes: photo.channels * photo.height * photo.width * 4,
    from: -1,
    to: operators.findLastIndex(({ op }) => op === "image"),
    offset: 0,
  };

  const shared = shareInPlace(operators, sized, owners, blocks);
  const all = [photoBlock, ...new Set(shared.values())];
  const arena = place(all);
  const tensors = sized.map((tensor, i): PlanTensor => {
    if (tensor.place === "constants") return tensor;
    const start = shared.get(owners[i]!)!.offset;
    return { ...tensor, offset: start + offsetWithin(drafts, i) * elementBytes[tensor.type] };
  });
  return { tensors, input: photoBlock.offset, arena };
};

/** The tensor whose memory each lies in: its own, or that of the one it is a slice of. */
const ownersOf = (drafts: readonly DraftTensor[]): TensorIndex[] => {
  const ownerOf = (tensor: TensorIndex): TensorIndex => {
    const { within } = drafts[tensor]!;
    return within ? ownerOf(within.tensor) : tensor;
  };
  return drafts.map((_, i) => ownerOf(i));
};

/** Channels from the start of the owner's. */
const offsetWithin = (drafts: readonly DraftTensor[], tensor: TensorIndex): number => {
  const { within } = drafts[tensor]!;
  return within ? within.at + offsetWithin(drafts, within.tensor) : 0;
};

/** Elements per pixel: eights of channels; a slice's are its owner's; a photo's pixels that only layers read take four. */
const pitchesOf = (drafts: readonly DraftTensor[], operators: readonly Operator[]): number[] => {
  const owners = ownersOf(drafts);
  const narrow = (tensor: TensorIndex): boolean =>
    drafts[tensor]!.channels <= 4 &&
    operators.every((operator) => {
      const { reads, writes } = tensorsOf(operator);
      return (writes !== tensor || operator.op === "image") && (!reads.includes(tensor) || operator.op === "conv");
    });
  return drafts.map(({ place, within }, i) =>
    place === "arena" && !within && narrow(i) ? 4 : roundUp(drafts[owners[i]!]!.channels, 8),
  );
};

/** Joins the blocks of an operator's input and output where it may write over its input. @returns the block of each owner */
const shareInPlace = (
  operators: readonly Operator[],
  tensors: readonly PlanTensor[],
  owners: readonly TensorIndex[],
  blocks: ReadonlyMap<TensorIndex, Block>,
): Map<TensorIndex, Block> => {
  const shared = new Map(blocks);
  for (const [when, operator] of operators.entries()) {
    if (!inPlace.includes(operator.op)) continue;
    const { reads, writes } = tensorsOf(operator);
    const made = shared.get(owners[writes]!)!;
    if (owners[writes] !== writes || made.from !== when) continue;
    const over = reads.find((tensor) => {
      const block = shared.get(owners[tensor]!);
      const [input, output] = [tensors[tensor]!, tensors[writes]!];
      const alike = input.type === output.type && input.pitch === output.pitch && sameShape(input, output);
      return block && owners[tensor] === tensor && block !== made && block.to === when && alike;
    });
    if (over === undefined) continue;
    const joined = shared.get(over)!;
    joined.to = made.to;
    for (const [owner, block] of shared) if (block === made) shared.set(owner, joined);
  }
  return shared;
};

/** Gives each block an offset. @returns the bytes that they take together */
const place = (blocks: readonly Block[]): number => {
  const order = [...blocks.entries()].sort(([i, a], [j, b]) => b.bytes - a.bytes || i - j).map(([, block]) => block);
  const placed: Block[] = [];
  for (const block of order) {
    const rivals = placed
      .filter((other) => other.from <= block.to && block.from <= other.to)
      .sort((a, b) => a.offset - b.offset);
    let offset = 0;
    for (const rival of rivals) {
      if (offset + block.bytes <= rival.offset) break;
      offset = Math.max(offset, roundUp(rival.offset + rival.bytes, LINE));
    }
    block.offset = offset;
    placed.push(block);
  }
  return roundUp(Math.max(...placed.map(({ offset, bytes }) => offset + bytes)), LINE);
};
