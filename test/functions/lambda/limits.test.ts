import { describe, expect, it } from "vitest";
import { lambdaLimits } from "../../../functions/lambda/limits.ts";
import { memorySizes } from "../../../functions/lambda/memory-sizes.ts";
import { checkHeader, nodeLimits } from "../../../shared/pixels/limits.ts";
import { input } from "../../pixels/photos.ts";

/** What a camera's 12 megapixels may be, with the most memory that each format takes for them. */
const photos = [
  {
    format: "jpeg",
    multipleScans: true,
    progressive: true,
    adobe: false,
    sampling: Array(3).fill({ horizontal: 1, vertical: 1 }),
  },
  { format: "png", bitDepth: 8, colourType: 2, interlaced: false, transparency: false },
  { format: "webp", lossless: false, alpha: false },
] as const;

describe.each(["native", "web"] as const)("a photo's limits with the %s engine", (engine) => {
  it.each(memorySizes)("let 12 megapixels of every format into %i MB", (memory) => {
    for (const photo of photos) {
      const header = { ...photo, width: 4000, height: 3000, orientation: 1 as const };
      checkHeader({ ...header } as Parameters<typeof checkHeader>[0], 4_000_000, input, lambdaLimits(memory, engine));
    }
  });

  it("grow with the function's memory, up to what a server on Node allows", () => {
    const allowed = memorySizes.map((memory) => lambdaLimits(memory, engine).memory);
    expect(allowed).toEqual(allowed.toSorted((a, b) => a - b));
    expect(allowed.at(-1)).toBe(nodeLimits.memory);
  });

  it("refuse a function that is too small to serve, and name the size that does", () => {
    expect(() => lambdaLimits(256, engine)).toThrow("the function has 256 MB of memory; give it 512 or more");
  });
});
