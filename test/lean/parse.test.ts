import { describe, expect, it } from "vitest";
import { encodePlan } from "../../shared/engine/lean/encode.ts";
import type { Convolution } from "../../shared/engine/lean/operators.ts";
import { parsePlan } from "../../shared/engine/lean/parse.ts";
import type { Plan } from "../../shared/engine/lean/plan.ts";
import type { PlanRefusedError } from "../../shared/engine/lean/refusal.ts";
import { drawCase, type Kind, variants } from "./cases.ts";
import { createDraft, finishDraft } from "./drafts.ts";

const sound = (kind: Kind = "conv"): Plan => drawCase({ kind, precision: "u8" }, 3).plan;

const refusal = async (plan: Plan): Promise<string> => {
  const bytes = await encodePlan(plan);
  try {
    parsePlan(bytes);
  } catch (error) {
    return (error as PlanRefusedError).why;
  }
  return "accepted";
};

const convolutionOf = (plan: Plan): Convolution =>
  plan.operators.find((operator): operator is Convolution => operator.op === "conv")!;

describe("a plan's file", () => {
  it.each(variants)("comes back as the plan that was written: $kind in $precision", async (variant) => {
    const { plan } = drawCase(variant, 5);
    const bytes = await encodePlan(plan);
    const { constants, ...parsed } = parsePlan(bytes);
    expect({ ...parsed, constants: constants.length }).toEqual({ ...plan, constants: plan.constants.length });
    expect(Buffer.compare(constants, plan.constants)).toBe(0);
    expect(Buffer.compare(await encodePlan({ ...parsed, constants }), bytes)).toBe(0);
  });
});

describe("the parser of plans", () => {
  it("refuses other files, other versions, cut and lengthened ones", async () => {
    const bytes = await encodePlan(sound());
    expect(() => parsePlan(new Uint8Array(10))).toThrow("10 bytes that do not begin as one");
    expect(() => parsePlan(bytes.slice(0, -1))).toThrow("bytes of constants from byte");
    expect(() => parsePlan(Uint8Array.from([...bytes, 0]))).toThrow("bytes of constants from byte");
    bytes[4] = 9;
    expect(() => parsePlan(bytes)).toThrow(
      "the lean engine refuses this plan: version 9, not 1; publish the model again",
    );
  });

  it("refuses a tensor beyond the arena, naming it", async () => {
    const plan = sound();
    plan.tensors.at(-1)!.offset = plan.arena;
    expect(await refusal(plan)).toContain(`tensor ${plan.tensors.length - 1}: its last byte lies outside the arena`);
  });

  it("refuses weights beyond the constants, naming the operator", async () => {
    const plan = sound();
    convolutionOf(plan).weights = plan.constants.length - (plan.constants.length % 16);
    expect(await refusal(plan)).toMatch(/operator \d+ \(conv\): its \d+ bytes of weights at \d+/);
  });

  it("refuses an output that writes over constants", async () => {
    const plan = sound("add");
    const last = plan.operators.at(-1)!;
    Object.assign(plan.tensors[last.output]!, { place: "constants", offset: 0 });
    plan.constants = new Uint8Array(65_536);
    expect(await refusal(plan)).toContain("it writes to a constant");
  });

  it("refuses a map whose side its window cannot make", async () => {
    const plan = sound();
    plan.tensors[convolutionOf(plan).output]!.height--;
    expect(await refusal(plan)).not.toBe("accepted");
  });

  it("refuses gigabytes of arena and hours of work", async () => {
    expect(await refusal({ ...sound(), arena: 2 ** 31 })).toContain("2147483648 bytes of arena");
    const plan = sound("globalAverage");
    plan.operators = Array.from({ length: 60_000 }, () => plan.operators[0]!);
    Object.assign(plan.input, { height: 1000, width: 1000 });
    const wide = { ...plan.tensors[0]!, height: 1000, width: 1000, offset: plan.arena };
    plan.input.offset = plan.arena + 1000 * 1000 * wide.pitch * 4;
    plan.tensors[0] = wide;
    plan.arena = plan.input.offset + 1000 * 1000 * plan.input.channels * 4;
    const bytes = await encodePlan(plan);
    expect(() => parsePlan(bytes, { bytes: 2 ** 31 })).toThrow("multiplications for a photo");
  });

  /** A map one pixel wide under a window that reaches far to its left: nearly all of it pads. */
  const padded = (dilation: number, height: number): Plan => {
    const shape = { channels: 8, height, width: 1 };
    const draft = createDraft([shape]);
    const result = draft.map(shape);
    const zeros = draft.constant(new Float32Array(61 * 8));
    const window = {
      kernel: [1, 61],
      strides: [1, 1],
      dilations: [1, dilation],
      pads: [0, 60 * dilation, 0, 0],
    } as const;
    const layer = { window, weights: zeros, bias: zeros, multipliers: 0, low: -Infinity, high: Infinity };
    draft.run({ op: "depthwise", input: draft.inputs[0]!, output: result, ...layer });
    return finishDraft(draft, result);
  };

  it("refuses windows wider than any map, and rows of pads that would take half an hour to fill", async () => {
    expect(await refusal(padded(65_536, 200))).toContain("(depthwise): a window of 3932161");
    expect(await refusal(padded(1000, 60_000))).toContain("(depthwise): more than 34359738368 multiplications");
    expect(await refusal(padded(1000, 60))).toBe("accepted");
  });

  it("refuses a plan of small operators that would become millions of calls", async () => {
    // a ring holds eight of these channels at a time, since the window's two rows lie 62 rows apart
    const shape = { channels: 65_536, height: 1, width: 1 };
    const draft = createDraft([shape]);
    const [rows, columns] = [2, 2];
    const window = { kernel: [rows, columns], strides: [1, 1], dilations: [62, 300], pads: [62, 300, 0, 0] } as const;
    const zeros = draft.constant(new Float32Array(shape.channels * rows * columns));
    const result = draft.map(shape);
    const layer = { window, weights: zeros, bias: zeros, multipliers: 0, low: -Infinity, high: Infinity };
    for (let i = 0; i < 10; i++) draft.run({ op: "depthwise", input: draft.inputs[0]!, output: result, ...layer });
    expect(await refusal(finishDraft(draft, result))).toBe("operator 8 (depthwise): more than 65536 calls of kernels");
  });
});
