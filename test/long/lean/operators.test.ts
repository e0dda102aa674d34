import { describe, it } from "vitest";
import { large } from "../../large.ts";
import { expectAgreement } from "../../lean/agreement.ts";
import { variants } from "../../lean/cases.ts";

const seeds = Array.from({ length: large ? 500 : 150 }, (_, i) => 1000 + i);

describe(`on ${seeds.length} random shapes the lean engine gives onnxruntime-node's integers`, () => {
  it.each(variants.filter(({ precision }) => precision === "u8"))("$kind", async (variant) => {
    for (const seed of seeds) await expectAgreement(variant, seed);
  });
});
