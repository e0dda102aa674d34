import { describe, expect, it } from "vitest";
import type { EngineKind, Precision } from "../../shared/engine/engine.ts";
import { magic } from "../../shared/engine/lean/format.ts";
import { type GateInput, GateRefusedError, runGate } from "../../training/export/gate.ts";
import type { Form, PlanFamily, Rung } from "../../training/export/ladder.ts";
import { compilePlan } from "../../training/export/plan/compile.ts";
import { uncoveredGraph } from "../../training/export/plan/no-plan.ts";
import { GraphBuilder } from "../onnx/graph-builder.ts";
import { scoreLogits } from "./score-logits.ts";

const precisions: Record<string, Precision> = {
  int8: "int8",
  "int8-percentile": "int8",
  "int8-weights": "int8-weights",
  float16: "float16",
};

const ladder: Rung[] = Object.entries(precisions).map(([name, precision]) => {
  const form = { name, precision, bytes: new Uint8Array(1) };
  return { name, precision, build: () => Promise.resolve(form) };
});

/** Answers of a two-class model: the first `wrong` of `count` views have the other class on top. */
const answers = (wrong: number, count = 500): Float32Array[] =>
  Array.from({ length: count }, (_, i) => (i < wrong ? Float32Array.of(0, 1) : Float32Array.of(1, 0)));

interface Plan {
  /** How many of 500 views each form gets wrong, by `form engine`. */
  wrong?: Record<string, number>;
  /** Of the processor. */
  ms?: Record<string, Record<EngineKind, number>>;
  labelled?: number;
}

const gate = (plan: Plan, extra: Partial<GateInput<number>> = {}) => {
  const ran: string[] = [];
  const result = runGate<number>({
    ladder,
    views: Array.from({ length: 500 }, (_, i) => i),
    float: answers(0),
    labels: Array.from({ length: 500 }, (_, i) => (i < (plan.labelled ?? 100) ? 0 : undefined)),
    score: scoreLogits,
    run: async ({ name }, engine, views) => {
      ran.push(`${name} ${engine}`);
      return answers(plan.wrong?.[`${name} ${engine}`] ?? 0, views.length);
    },
    speed: async (forms) =>
      forms.map(({ name }) => ({ ms: { native: 9, web: 9 }, cpuMs: plan.ms?.[name] ?? { native: 5, web: 50 } })),
    ...extra,
  });
  return { ran, result };
};

type Compile = () => Promise<Uint8Array>;
const compiled: Compile = async () => Uint8Array.from(magic);
const uncovered: Compile = () => Promise.reject(uncoveredGraph('LpPool "/pool"'));

/** With plans after the full int8 forms. */
const ladderWithPlans = (plans: Partial<Record<PlanFamily, Compile>> = { int8: compiled }): Rung[] => {
  const rungs = Object.entries(plans).map(([family, compile]): Rung => {
    const rung = { name: `${family}-plan`, precision: family === "int8-weights" ? family : "int8" } as const;
    let form: Promise<Form> | undefined;
    return {
      ...rung,
      plan: family as PlanFamily,
      build: () => (form ??= compile().then((bytes) => ({ ...rung, bytes }))),
    };
  });
  return [...ladder.slice(0, 2), ...rungs, ...ladder.slice(2)];
};

describe("runGate with a plan for the lean engine", () => {
  it("prefers it on the web, and never runs it natively", async () => {
    const { ran, result } = gate(
      { wrong: { "int8 native": 50, "int8-percentile native": 50 } },
      { ladder: ladderWithPlans() },
    );
    const { serve } = await result;
    expect([serve.native.name, serve.web.name]).toEqual(["int8-weights", "int8-plan"]);
    expect(ran).toEqual(["int8 native", "int8-percentile native", "int8-weights native", "int8-plan web"]);
  });

  it("goes on to int8 weights when the plan is refused, or clearly slower", async () => {
    const refused = await gate({ wrong: { "int8-plan web": 50 } }, { ladder: ladderWithPlans() }).result;
    expect(refused.serve.web.name).toBe("int8-weights");
    const ms = { "int8-plan": { native: 5, web: 60 }, "int8-weights": { native: 5, web: 50 } };
    expect((await gate({ ms }, { ladder: ladderWithPlans() }).result).serve.web.name).toBe("int8-weights");
  });

  it("goes on to plans with more in float before it takes ONNX, and says which of them there are not", async () => {
    const plans = { int8: compiled, "int8-partly": uncovered, "int8-weights": compiled };
    const { ran, result } = gate({ wrong: { "int8-plan web": 50 } }, { ladder: ladderWithPlans(plans) });
    const { serve, gate: verdict } = await result;
    expect(serve.web.name).toBe("int8-weights-plan");
    expect(ran).toEqual(["int8 native", "int8-plan web", "int8-weights-plan web"]);
    expect(verdict.notes[0]).toBe('no plan of int8-partly: the lean engine does not run LpPool "/pool"');
  });

  it("prefers the first plan that there is", async () => {
    const { ran, result } = gate({}, { ladder: ladderWithPlans({ int8: uncovered, "int8-weights": compiled }) });
    expect((await result).serve.web.name).toBe("int8-weights-plan");
    expect(ran).toEqual(["int8 native", "int8-weights-plan web"]);
  });

  it("says which operator has none, and serves ONNX", async () => {
    const { ran, result } = gate({}, { ladder: ladderWithPlans({ int8: uncovered, "int8-weights": uncovered }) });
    const { serve, gate: verdict } = await result;
    expect(serve.web.name).toBe("int8-weights");
    expect(ran).toEqual(["int8 native", "int8-weights web"]);
    expect(verdict.notes[0]).toBe(
      'no model.plan: the lean engine does not run LpPool "/pool"; the web engine runs ONNX',
    );
  });

  it("says which model is too large to have one, and serves ONNX", async () => {
    const graph = new GraphBuilder({ size: 512 });
    const map = graph.conv(graph.conv("image", 64, { kernel: 3 }), 64, { kernel: 9 });
    graph.output(graph.gemm(graph.add("Flatten", [graph.add("GlobalAveragePool", [map])]), 2), "logits");
    const { result } = gate({}, { ladder: ladderWithPlans({ int8: () => compilePlan(graph.build()) }) });
    const { serve, gate: verdict } = await result;
    expect(serve.web.name).toBe("int8-weights");
    expect(verdict.notes[0]).toMatch(
      /^no model.plan: it is too large for the lean engine: operator 2 \(conv\): more than \d+ multiplications .* runs ONNX$/,
    );
  });
});

describe("runGate", () => {
  it("prefers full int8 natively and int8 weights on the web, and runs no other form", async () => {
    const { ran, result } = gate({});
    const { serve, files, gate: verdict } = await result;
    expect([serve.native.name, serve.web.name]).toEqual(["int8", "int8-weights"]);
    expect(ran).toEqual(["int8 native", "int8-weights web"]);
    expect(files.map(({ form }) => form.name)).toEqual(["int8", "int8-weights"]);
    expect(verdict).toMatchObject({ passed: true, forced: false, precomputed: false });
  });

  it("goes on to the next form below 97% agreement, and says why", async () => {
    const { ran, result } = gate({ wrong: { "int8 native": 16 }, labelled: 0 });
    const { serve, gate: verdict } = await result;
    expect(serve.native.name).toBe("int8-percentile");
    expect(ran.slice(0, 2)).toEqual(["int8 native", "int8-percentile native"]);
    expect(verdict.notes[0]).toContain(
      "int8 was refused on the native engine: it agrees with the float model on 96.8%",
    );
  });

  it("accepts exactly 97%", async () => {
    const { result } = gate({ wrong: { "int8 native": 15 }, labelled: 0 });
    expect((await result).serve.native.name).toBe("int8");
  });

  it("refuses a fall of validation top-1 by more than the larger of one photo and 1.0 point", async () => {
    expect((await gate({ wrong: { "int8 native": 2 }, labelled: 200 }).result).serve.native.name).toBe("int8");
    expect((await gate({ wrong: { "int8 native": 3 }, labelled: 200 }).result).serve.native.name).toBe(
      "int8-percentile",
    );
    expect((await gate({ wrong: { "int8 native": 1 }, labelled: 10 }).result).serve.native.name).toBe("int8");
    expect((await gate({ wrong: { "int8 native": 2 }, labelled: 10 }).result).serve.native.name).toBe(
      "int8-percentile",
    );
  });

  it("takes the other form only where it is at least 15% faster, passes, and fits at the edge", async () => {
    const ms = (web: number) => ({ int8: { native: 5, web }, "int8-weights": { native: 5, web: 50 } });
    expect((await gate({ ms: ms(43) }).result).serve.web.name).toBe("int8-weights");
    expect((await gate({ ms: ms(42) }).result).serve.web.name).toBe("int8");
    expect((await gate({ ms: ms(42), wrong: { "int8 web": 50 } }).result).serve.web.name).toBe("int8-weights");
    const { ran, result } = gate({ ms: ms(42) }, { fitsEdge: async () => false });
    expect((await result).serve.web.name).toBe("int8-weights");
    expect(ran).not.toContain("int8 web");
  });

  it("refuses logits that are not numbers", async () => {
    const run = async () => answers(0).map(() => Float32Array.of(Number.NaN, Number.NaN));
    await expect(gate({}, { run }).result).rejects.toThrow(/no finite numbers on 500 of 500 views/);
  });

  it("names every refusal when none passes, and publishes the best only by force", async () => {
    const wrong = Object.fromEntries(
      Object.keys(precisions).flatMap((name, i) => [
        [`${name} native`, 100 - i],
        [`${name} web`, 100],
      ]),
    );
    await expect(gate({ wrong }).result).rejects.toBeInstanceOf(GateRefusedError);
    await expect(gate({ wrong }).result).rejects.toThrow(/every form on the native engine: int8 agrees .* --force/);
    const forced = await gate({ wrong }, { force: true }).result;
    expect(forced.serve.native.name).toBe("float16");
    expect(forced.gate).toMatchObject({ passed: false, forced: true });
  });

  it("says that a handful of validation photos cannot judge accuracy", async () => {
    const { notes } = (await gate({ labelled: 4 }).result).gate;
    expect(notes.at(-1)).toBe("4 validation photos: accuracy cannot be judged, 30 or more are needed");
  });

  it("insists on 500 views", async () => {
    await expect(gate({}, { views: [1, 2, 3] }).result).rejects.toThrow(
      /got 3 views, .* 500 or more: add flips and crops/,
    );
  });
});
