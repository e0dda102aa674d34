/**
 * The sixteen probe photos: each takes another way through the decoders, the crop and the orientation. They are drawn when a
 * model is published and travel with it, so it does not matter that another sharp would encode them otherwise.
 */
import sharp, { type Sharp } from "sharp";
import { paint } from "./paint.ts";

export interface DrawnProbe {
  /** Beside probes.json. */
  file: string;
  bytes: Uint8Array;
}

const picture = (seed: number, width: number, height: number): Sharp =>
  sharp(paint(seed, width, height), { raw: { width, height, channels: 3 } });

/** The same picture, clear towards the right. */
const translucent = (seed: number, width: number, height: number): Sharp => {
  const alpha = Buffer.from(
    Array.from({ length: width * height }, (_, i) => 255 - Math.round((255 * (i % width)) / width)),
  );
  return picture(seed, width, height).joinChannel(alpha, { raw: { width, height, channels: 1 } });
};

const turned = (orientation: number, drawn: Sharp): Sharp => drawn.withMetadata({ orientation });

/** Sizes are odd where rounding could go wrong, and large where a JPEG is decoded at a smaller scale. */
const drawings: Record<string, () => Sharp> = {
  "upright.jpg": () => picture(1, 480, 360).jpeg({ quality: 85 }),
  "large.jpg": () => picture(2, 1600, 1200).jpeg({ quality: 40 }),
  "large-progressive-turned-6.jpg": () => turned(6, picture(3, 1603, 1201)).jpeg({ quality: 40, progressive: true }),
  "mirrored-2.jpg": () => turned(2, picture(4, 333, 250)).jpeg(),
  "turned-3.jpg": () => turned(3, picture(5, 250, 333)).jpeg(),
  "mirrored-5.jpg": () => turned(5, picture(6, 321, 243)).jpeg(),
  "turned-8.jpg": () => turned(8, picture(7, 243, 321)).jpeg(),
  "grey.jpg": () => picture(8, 300, 301).toColourspace("b-w").jpeg(),
  "cmyk.jpg": () => picture(9, 320, 240).toColourspace("cmyk").jpeg({ quality: 70 }),
  "full-chroma.jpg": () => picture(10, 257, 199).jpeg({ chromaSubsampling: "4:4:4" }),
  "palette.png": () => picture(11, 200, 150).png({ palette: true, colours: 32 }),
  "alpha.png": () => translucent(12, 96, 72).png(),
  "sixteen-bit.png": () => picture(13, 96, 72).toColourspace("rgb16").png(),
  "interlaced.png": () => picture(14, 81, 101).png({ progressive: true }),
  "turned-6.webp": () => turned(6, picture(15, 320, 241)).webp({ quality: 70 }),
  "alpha.webp": () => translucent(16, 120, 90).webp({ lossless: true }),
};

/** The same bytes on every run of one machine; about 200 kB in all. */
export const drawProbes = (): Promise<DrawnProbe[]> =>
  Promise.all(
    Object.entries(drawings).map(async ([file, draw]) => ({ file, bytes: new Uint8Array(await draw().toBuffer()) })),
  );
