/** A heat map as a picture to be laid over the photo: the more a place speaks for the label, the more it is red. */
import sharp from "sharp";
import type { Heatmap } from "../../shared/classifier/heatmap.ts";

/** Opacity of the strongest place. */
const STRONGEST = 0.65;

/** @param size of the part of the photo that the map covers, in pixels @returns a PNG of that size */
export const heatOverlay = (
  { width, height, values }: Pick<Heatmap, "width" | "height" | "values">,
  size: { width: number; height: number },
): Promise<Buffer> => {
  const overlay = new Uint8Array(width * height * 4);
  for (const [i, value] of values.entries()) overlay.set([255, 32, 0, Math.round(value * STRONGEST * 255)], i * 4);
  return sharp(overlay, { raw: { width, height, channels: 4 } })
    .resize({ ...size, fit: "fill", kernel: "cubic" })
    .png()
    .toBuffer();
};
