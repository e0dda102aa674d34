import { describe, it } from "vitest";
import { expectAgreement } from "./agreement.ts";
import { variants } from "./cases.ts";

/** Fewer here than at length, in `test/long/lean`. */
const seeds = Array.from({ length: 12 }, (_, seed) => seed + 1);

describe("on random shapes the lean engine gives onnxruntime-node's integers, and its float32 within 1e-4 of the largest", () => {
  it.each(variants)("$kind in $precision", async (variant) => {
    for (const seed of seeds) await expectAgreement(variant, seed);
  });
});
