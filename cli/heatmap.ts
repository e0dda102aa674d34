/** A photo with the places that spoke for its best label shining through. */
import sharp from "sharp";
import type { Heatmap } from "../shared/classifier/heatmap.ts";

/** Opacity of the strongest place. */
const STRONGEST = 0.65;

/** @returns a PNG of the upright photo with the heat map, in red, over the part that the model saw */
export const drawHeatmap = async (photo: Uint8Array, { width, height, values, box }: Heatmap): Promise<Uint8Array> => {
  const upright = await sharp(photo, { ignoreIcc: true })
    .autoOrient()
    .toColourspace("srgb")
    .flatten({ background: "white" })
    .png()
    .toBuffer();
  const overlay = new Uint8Array(width * height * 4);
  for (const [i, value] of values.entries()) overlay.set([255, 32, 0, Math.round(value * STRONGEST * 255)], i * 4);
  const size = { width: Math.round(box.width), height: Math.round(box.height) };
  const map = await sharp(overlay, { raw: { width, height, channels: 4 } })
    .resize({ ...size, fit: "fill", kernel: "cubic" })
    .png()
    .toBuffer();
  const at = { left: Math.floor(box.x), top: Math.floor(box.y) };
  return sharp(upright)
    .composite([{ input: map, ...at }])
    .png()
    .toBuffer();
};
