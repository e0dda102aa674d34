/** What holds of every operator, on whichever backend. */
import { describe, expect, it } from "vitest";
import { createDice } from "../../lean/dice.ts";
import { cases } from "./cases.ts";
import { type Backend, difference, gradientError } from "./run-case.ts";

/** @param load brings the backend up; @param count cases of each operator */
export const describeOperators = (load: () => Backend | Promise<Backend>, count: number): void => {
  const seeds = Array.from({ length: count }, (_, seed) => seed + 1);

  describe.each(Object.entries(cases))("%s with random attributes on random shapes", (opType, draw) => {
    it("says what onnxruntime says", async () => {
      const backend = await load();
      for (const seed of seeds) {
        const drawn = draw(createDice(seed));
        const found = await difference(opType, drawn, backend);
        expect(found, `seed ${seed}`).toBeLessThan(drawn.tolerance ?? 1e-5);
      }
    });

    it("has the gradient that small steps show, and leaves no tensor behind", async () => {
      const backend = await load();
      const before = backend.tf.memory().numTensors;
      for (const seed of seeds) {
        const dice = createDice(seed);
        const drawn = draw(dice);
        if (!drawn.operands.some((operand) => operand?.smooth)) continue;
        expect(gradientError(opType, drawn, backend, dice), `seed ${seed}`).toBeLessThan(2e-3);
      }
      expect(backend.tf.memory().numTensors).toBe(before);
    });
  });
};
