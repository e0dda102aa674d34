import { describe, expect, it } from "vitest";
import { functionLimits } from "../../../functions/lambda/limits.ts";
import { memorySizes } from "../../../functions/lambda/memory-sizes.ts";
import { lambdaLimits, nodeLimits } from "../../../shared/limits.ts";
import { checkHeader } from "../../../shared/pixels/limits.ts";
import { input } from "../../pixels/photos.ts";
import { post, serve } from "../serving.ts";

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
      checkHeader({ ...header } as Parameters<typeof checkHeader>[0], 4_000_000, input, functionLimits(memory, engine));
    }
  });

  it("grow with the function's memory, up to what a server on Node allows", () => {
    const allowed = memorySizes.map((memory) => functionLimits(memory, engine).memory);
    expect(allowed).toEqual(allowed.toSorted((a, b) => a - b));
    expect(allowed.at(-1)).toBe(nodeLimits.photo.memory);
  });

  it("refuse a function that is too small to serve, and name the size that does", () => {
    expect(() => functionLimits(256, engine)).toThrow("the function has 256 MB of memory; give it 512 or more");
  });
});

describe("a request to a function", () => {
  it("brings a photo of 4.5 MB at most, though an upload may have 20", async () => {
    const { app } = await serve(lambdaLimits.request);
    const statusOf = async (bytes: number) => (await app.request("/classify", post(new Uint8Array(bytes)))).status;
    expect(await statusOf(4_500_000)).not.toBe(413);
    expect(await statusOf(4_500_001)).toBe(413);
  });
});
