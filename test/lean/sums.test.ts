import { expect, it } from "vitest";
import { createDice } from "./dice.ts";
import { createDraft, finishDraft, runPlan, type Step } from "./drafts.ts";

const { fround } = Math;

/** QLinearAdd on AVX2: products and sums rounded once to float32, then half to even. */
const sumOf = (left: number, right: number, [a, b, made]: readonly [Step, Step, Step]): number => {
  const [first, second] = [fround(a.scale / made.scale), fround(b.scale / made.scale)];
  const fixed = fround(made.zero - fround(first * a.zero + fround(second * b.zero)));
  const sum = fround(left * first + fround(right * second + fixed));
  const whole = Math.floor(sum);
  const up = sum - whole > 0.5 || (sum - whole === 0.5 && whole % 2 !== 0);
  return Math.max(0, Math.min(255, up ? whole + 1 : whole));
};

const shape = { channels: 1, height: 256, width: 256 };

/** Every byte at every byte, by rows and by columns. */
const left = Float32Array.from({ length: 65_536 }, (_, i) => i >> 8);
const right = Float32Array.from({ length: 65_536 }, (_, i) => i & 255);

const sums = async (steps: readonly [Step, Step, Step]): Promise<number[]> => {
  const draft = createDraft([shape, shape]);
  const [a, b, made] = steps.map((step) => draft.map(shape, step)) as [number, number, number];
  draft.run({ op: "quantize", input: draft.inputs[0]!, output: a });
  draft.run({ op: "quantize", input: draft.inputs[1]!, output: b });
  draft.run({ op: "add", left: a, right: b, output: made });
  const worth =
    ({ scale, zero }: Step) =>
    (stored: number) =>
      (stored - zero) * scale;
  const inputs = [left.map(worth(steps[0])), right.map(worth(steps[1]))];
  const found = await runPlan(finishDraft(draft, made), inputs);
  return Array.from(found, (value) => Math.round(value / steps[2].scale) + steps[2].zero);
};

it("adds every byte to every byte as QLinearAdd rounds, be scales alike, far apart or such that sums lie halfway", async () => {
  const dice = createDice(3);
  const drawn = (): [Step, Step, Step] => [dice.step(), dice.step(), dice.step()];
  const of = (...scales: [number, number, number]) =>
    scales.map((scale) => ({ scale: fround(scale), zero: dice.between(0, 255) })) as [Step, Step, Step];
  const far = [of(1e-6, 1, 0.7), of(0.3, 1e-9, 0.01), of(1000, 0.001, 3), of(1, 1, 1e-5)];
  const halfway = [of(1, 1, 2), of(0.5, 0.25, 1), of(3, 1, 2), of(0.1, 0.1, 0.2), of(0.01, 0.07, 0.02)];
  for (const steps of [...Array.from({ length: 8 }, drawn), ...far, ...halfway]) {
    const found = await sums(steps);
    const wrong = found.findIndex((sum, i) => sum !== sumOf(left[i]!, right[i]!, steps));
    expect(wrong === -1 ? "" : `${left[wrong]} + ${right[wrong]} of ${JSON.stringify(steps)}`).toBe("");
  }
});
