import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type AnswerToDraw, drawAnswerStrip } from "../../../cli/drawing/answer-strip.ts";
import { drawHeatmap } from "../../../cli/drawing/heatmap.ts";
import { hasStrokes, strokesOf } from "../../../cli/drawing/stroke-font.ts";

const answer: AnswerToDraw = {
  model: "dogs",
  unknown: false,
  predictions: [
    { label: "old-english-sheepdog", score: 0.9 },
    { label: "Samoyed", score: 0.1 },
  ],
};

const pixelsOf = async (png: Uint8Array) => {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return {
    width,
    height,
    pixel: (x: number, y: number) => [...data.subarray((y * width + x) * channels).subarray(0, 3)],
  };
};

describe("a drawn heat map", () => {
  it("shows what is transparent in a photo as the model saw it: white, and red where its label was seen", async () => {
    const clear = { width: 400, height: 300, channels: 4, background: { r: 0, g: 40, b: 0, alpha: 0 } } as const;
    const photo = await sharp({ create: clear }).png().toBuffer();
    const box = { x: 100, y: 50, width: 200, height: 200 };
    const { width, height, pixel } = await pixelsOf(
      await drawHeatmap(photo, { label: "a", width: 2, height: 2, values: [1, 1, 1, 1], box }, answer),
    );
    expect([width, height]).toEqual([400, 300 + drawAnswerStrip(answer, 400).height]);
    expect(pixel(2, 2)).toEqual([255, 255, 255]);
    expect(pixel(305, 150)).toEqual([255, 255, 255]);
    const [red, green, blue] = pixel(200, 150);
    expect(red).toBe(255);
    expect(green).toBeLessThan(140);
    expect(blue).toBeLessThan(140);
  });

  it("enlarges a small photo, and the map with it, so that the answer under it can be read", async () => {
    const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: "#0a0" } })
      .png()
      .toBuffer();
    const box = { x: 32, y: 8, width: 32, height: 32 };
    const { width, height, pixel } = await pixelsOf(
      await drawHeatmap(photo, { label: "a", width: 1, height: 1, values: [1], box }, answer),
    );
    expect(width).toBe(320);
    expect(height).toBeGreaterThan(240);
    expect(pixel(150, 120)[0]).toBeLessThan(20);
    expect(pixel(170, 120)[0]).toBeGreaterThan(120);
  });
});

describe("the answer under it", () => {
  it("needs no font: all of what labels are written with is drawn", () => {
    for (const text of [
      "AZaz09 -_.,:;()'&/+%!?#*=\"",
      "Été, Größe, smørrebrød, Łódź",
      "none of the things that this model knows",
    ])
      expect(hasStrokes(text), text).toBe(true);
    expect(hasStrokes("猫")).toBe(false);
    expect(drawAnswerStrip(answer, 640).svg.toString()).not.toContain("<text");
  });

  it("has bars as long as the scores, the best one in its own colour", async () => {
    const { svg } = drawAnswerStrip(answer, 1000);
    const bars = [...svg.toString().matchAll(/width="([\d.]+)" height="[\d.]+" rx="[\d.]+" fill="(#\w+)"\/>/g)];
    const [best, second] = bars.map(([, width]) => Number(width));
    expect(best! / second!).toBeCloseTo(9);
    expect(bars[0]![2]).not.toBe(bars[1]![2]);
  });

  it("says that none of the labels fits, keeps long labels within their column, and escapes foreign ones", async () => {
    const long = "a very long label ".repeat(12);
    const told = drawAnswerStrip(
      {
        model: "m",
        unknown: true,
        predictions: [
          { label: long, score: 0.4 },
          { label: "猫 <&>", score: 0.3 },
        ],
      },
      320,
    );
    expect(told.height).toBeGreaterThan(drawAnswerStrip(answer, 320).height);
    expect(told.svg.toString()).toContain("猫 &lt;&amp;&gt;");
    const { data, info } = await sharp(told.svg).greyscale().raw().toBuffer({ resolveWithObject: true });
    // between the labels' column and the bars nothing is drawn
    const column = Math.round(320 - 12 - 52 - 0.24 * 320 - 6);
    for (let y = 34; y < 50; y++) expect(data[y * info.width + column]).toBeLessThan(40);
  });

  it("is as wide as its letters, one after the other", () => {
    expect(strokesOf("").width).toBe(0);
    expect(strokesOf("ab").width).toBeGreaterThan(strokesOf("a").width + strokesOf("b").width);
    expect(strokesOf("a猫b").paths.match(/<path/g)).toHaveLength(2);
  });
});
