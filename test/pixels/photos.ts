/** Photos drawn for these tests: smooth colours under seeded noise, so that nothing in them is symmetric or flat. */
import sharp, { type Sharp } from "sharp";
import type { InputSpec } from "../../shared/pixels/pixels.ts";
import { random } from "../drawing.ts";

/** EfficientNet-Lite0's. */
export const input: InputSpec = {
  size: 224,
  crop: 224 / 256,
  interpolation: "bicubic",
  mean: [127, 127, 127],
  std: [128, 128, 128],
};

export const noisy = (width: number, height: number, channels: 3 | 4 = 3): Sharp => {
  const next = random(width * 31 + height);
  const raw = Buffer.alloc(width * height * channels);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const noise = next() * 40;
      raw[at++] = (x * 200) / width + noise;
      raw[at++] = (y * 200) / height + noise;
      raw[at++] = ((x + y) * 90) / (width + height) + 60 + noise;
      if (channels === 4) raw[at++] = (x + 2 * y) % 256;
    }
  return sharp(raw, { raw: { width, height, channels } });
};

/** What sharp makes of a photo: upright RGB over white, profiles ignored. */
export const withSharp = async (photo: Uint8Array): Promise<{ data: Uint8Array; width: number; height: number }> => {
  const { data, info } = await sharp(photo, { ignoreIcc: true })
    .autoOrient()
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height };
};

export const largestDifference = (a: Uint8Array, b: Uint8Array): number => {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
};
