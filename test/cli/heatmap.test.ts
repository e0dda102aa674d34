import sharp from "sharp";
import { expect, it } from "vitest";
import { drawHeatmap } from "../../cli/heatmap.ts";

it("shows what is transparent in a photo as the model saw it: white, and red where its label was seen", async () => {
  const clear = { width: 64, height: 48, channels: 4, background: { r: 0, g: 40, b: 0, alpha: 0 } } as const;
  const photo = await sharp({ create: clear }).png().toBuffer();
  const box = { x: 16, y: 8, width: 32, height: 32 };
  const drawn = await drawHeatmap(photo, { label: "a", width: 2, height: 2, values: [1, 1, 1, 1], box });
  const { data, info } = await sharp(drawn).raw().toBuffer({ resolveWithObject: true });
  const pixel = (x: number, y: number) => [...data.subarray((y * info.width + x) * info.channels).subarray(0, 3)];
  expect([info.width, info.height]).toEqual([64, 48]);
  expect(pixel(2, 2)).toEqual([255, 255, 255]);
  const [red, green, blue] = pixel(32, 24);
  expect(red).toBe(255);
  expect(green).toBeLessThan(140);
  expect(blue).toBeLessThan(140);
});
