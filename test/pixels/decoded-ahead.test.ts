import { describe, expect, it } from "vitest";
import type { Decoded } from "../../shared/pixels/decode.ts";
import { asOfFullSize } from "../../shared/pixels/decoded-ahead.ts";

const sent = (width: number, height: number, more: Partial<Decoded> = {}): Decoded => ({
  pixels: { data: new Uint8Array(width * height * 3), width, height },
  ...{ scale: 1, orientation: 1, width, height, format: "webp" },
  ...more,
});

describe("a photo that was decoded ahead", () => {
  it.each([
    [{ width: 80, height: 60 }, 2],
    [{ width: 160, height: 120 }, 4],
    [{ width: 157, height: 118 }, 4],
    [{ width: 313, height: 233 }, 8],
  ])("is what the decoder makes of one of %j", (full, scale) => {
    const decoded = sent(40, 30);
    expect(asOfFullSize(decoded, full)).toEqual({ ...decoded, ...full, scale });
  });

  it.each([
    ["its own size", { width: 40, height: 30 }],
    ["a third of it", { width: 120, height: 90 }],
    ["rounded down", { width: 161, height: 120 }],
    ["of another shape", { width: 160, height: 60 }],
    ["on its side", { width: 120, height: 160 }],
    ["far too large", { width: 99_999, height: 99_999 }],
  ])("is refused where it is %s", (_, full) => {
    expect(() => asOfFullSize(sent(40, 30), full)).toThrow(
      `full is ${full.width}x${full.height}, and the webp has 40 x 30 pixels, which is not 1/2, 1/4 or 1/8 of that`,
    );
  });

  it("is refused where the server, too, decodes less of it", () => {
    const jpeg = sent(1600, 1200, { scale: 2, format: "jpeg" });
    expect(() => asOfFullSize(jpeg, { width: 6400, height: 4800 })).toThrow("full is 6400x4800, and the jpeg has");
  });
});
