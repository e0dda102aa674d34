/** A photo with the places that spoke for its best label shining through. */
import sharp from "sharp";
import type { Heatmap } from "../../shared/classifier/heatmap.ts";
import { heatOverlay } from "../../training/report/heat-overlay.ts";
import { type AnswerToDraw, drawAnswerStrip } from "./answer-strip.ts";

/** Narrower photos are enlarged: what stands under them must be legible. */
const NARROWEST = 320;

/** @returns a PNG of the upright photo, the heat map in red over the part that the model saw, and the answer under it */
export const drawHeatmap = async (photo: Uint8Array, heatmap: Heatmap, answer: AnswerToDraw): Promise<Uint8Array> => {
  const upright = sharp(photo, { ignoreIcc: true }).autoOrient().toColourspace("srgb").flatten({ background: "white" });
  const { data, info } = await upright.png().toBuffer({ resolveWithObject: true });
  const scale = Math.max(1, NARROWEST / info.width);
  const [width, height] = [Math.round(info.width * scale), Math.round(info.height * scale)];
  const seen = await sharp(data).resize({ width, height, fit: "fill", kernel: "cubic" }).png().toBuffer();
  const strip = drawAnswerStrip(answer, width);
  return sharp(seen)
    .extend({ bottom: strip.height, background: "white" })
    .composite([
      {
        input: await heatOverlay(heatmap, {
          width: Math.round(heatmap.box.width * scale),
          height: Math.round(heatmap.box.height * scale),
        }),
        left: Math.floor(heatmap.box.x * scale),
        top: Math.floor(heatmap.box.y * scale),
      },
      { input: strip.svg, left: 0, top: height },
    ])
    .png()
    .toBuffer();
};
