import { expect, it } from "vitest";
import { encodePlan } from "../../../shared/engine/lean/encode.ts";
import { drawCase, variants } from "../../lean/cases.ts";
import { createDice } from "../../lean/dice.ts";
import { runHostile } from "../../lean/hostile.ts";
import { mutate } from "../../lean/mutants.ts";

it("refuses each of 10,000 damaged plans, or keeps it within its memory and its time", async () => {
  const dice = createDice(2026);
  const plans = [];
  for (const variant of variants)
    for (let seed = 1; seed <= 5; seed++) plans.push(await encodePlan(drawCase(variant, seed).plan));
  let ran = 0;
  for (let i = 0; i < 10_000; i++) {
    const start = performance.now();
    if (runHostile(mutate(dice.oneOf(plans), dice)) === "ran") ran++;
    expect(performance.now() - start, `mutant ${i}`).toBeLessThan(30_000);
  }
  expect(ran).toBeGreaterThan(300);
});
