import { describe, expect, it } from "vitest";
import { GateRefusedError, runGate } from "../../training/export/gate.ts";
import type { Rung } from "../../training/export/ladder.ts";
import { labelAgreement } from "../../training/judging/label-agreement.ts";
import { labelScores } from "../../training/judging/label-calibration.ts";
import { scoreLabels } from "../../training/metrics/label-metrics.ts";

const classes = 40;
const thresholds = new Float64Array(classes).fill(0.3);
const ladder: Rung[] = (["int8", "int8-weights"] as const).map((name) => {
  const form = { name, precision: name, bytes: new Uint8Array(1) };
  return { ...form, build: () => Promise.resolve(form) };
});

/** Two labels on each of 500 views; all others lie far below. */
const labelsOf = (view: number): number[] => [view % classes, (view + 7) % classes];
const float = Array.from({ length: 500 }, (_, view) =>
  Float32Array.from({ length: classes }, (_, label) => (labelsOf(view).includes(label) ? 2 : -4)),
);

const gate = (form: (row: Float32Array, view: number) => Float32Array, labelled = 0, both = false) =>
  runGate<number>({
    ladder,
    views: [...float.keys()],
    float,
    labels: [...float.keys()].map((view) => (view < labelled ? view : undefined)),
    agreement: (before, after) => labelAgreement(before, after, thresholds),
    score: (rows, views) =>
      scoreLabels(
        { scores: rows.map(labelScores), thresholds: rows.map(() => thresholds), shown: views.map(labelsOf) },
        classes,
      ),
    run: async ({ name }) => (name === "int8" || both ? float.map(form) : float),
    speed: async (forms) => forms.map(() => ({ ms: { native: 9, web: 9 }, cpuMs: { native: 5, web: 50 } })),
  });

/** The form answers some views with nothing. */
const silentOn = (views: number) => (row: Float32Array, view: number) => (view < views ? row.map(() => -4) : row);

describe("the gate of a multi-label model", () => {
  it("passes a form that gives the labels that the float model gives, whatever it thinks of their order", async () => {
    const { serve, gate: verdict } = await gate((row) =>
      row.map((logit, label) => (logit > 0 ? 2 - label / 40 : logit)),
    );
    expect(serve.native.name).toBe("int8");
    expect(verdict.notes[0]).toBe("int8 agrees on 100.0% of the labels given on 500 views (native)");
  });

  it("refuses a form that is silent where the float model is not, though all but few of its decisions are the same", async () => {
    const silent = silentOn(40);
    const same = float.flatMap((row, view) =>
      Array.from(silent(row, view), (logit, label) => logit > 0 === row[label]! > 0),
    );
    expect(same.filter(Boolean).length / same.length).toBeGreaterThan(0.99);
    const { serve, gate: verdict } = await gate(silent);
    expect(serve.native.name).toBe("int8-weights");
    expect(verdict.notes[0]).toBe(
      "int8 was refused on the native engine: it agrees with the float model on 95.8% of the labels given; 97.0% are needed",
    );
  });

  it("refuses one that gives a label too many on every fifth view, and bears it on every tenth", async () => {
    const { serve } = await gate((row, view) =>
      row.map((logit, label) => (view % 10 === 0 && label === (view + 3) % classes ? 2 : logit)),
    );
    // 50 labels beside 1,000 right ones: F1 .976; 100 are .952
    expect(serve.native.name).toBe("int8");
    const worse = await gate((row, view) =>
      row.map((logit, label) => (view % 5 === 0 && label === (view + 3) % classes ? 2 : logit)),
    );
    expect(worse.serve.native.name).toBe("int8-weights");
  });

  it("refuses a fall of micro F1 on labelled photos, where all views together agree", async () => {
    const { serve, gate: verdict } = await gate(silentOn(10), 100);
    expect(serve.native.name).toBe("int8-weights");
    expect(verdict.notes[0]).toMatch(/validation micro F1 falls from 100.0% to 94.7%; 1.0% are allowed/);
  });

  it("ends where both forms are silent", async () => {
    await expect(gate(() => new Float32Array(classes).fill(-4), 0, true)).rejects.toBeInstanceOf(GateRefusedError);
  });
});
