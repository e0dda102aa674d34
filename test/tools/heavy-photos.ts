/** Photos that take as much memory to decode as a server allows, one of each kind that has a memory of its own. */
import sharp, { type Sharp } from "sharp";
import type { Limits } from "../../shared/pixels/limits.ts";
import { memoryNeeded } from "../../shared/pixels/memory.ts";
import { sniff } from "../../shared/pixels/sniff.ts";
import { random } from "../drawing.ts";
import { input } from "../pixels/photos.ts";

const kinds: Record<string, { bytesPerPixel: number; encode: (photo: Sharp) => Sharp }> = {
  "a progressive JPEG at full chroma": {
    bytesPerPixel: 6,
    encode: (photo) => photo.jpeg({ progressive: true, chromaSubsampling: "4:4:4" }),
  },
  "a PNG": { bytesPerPixel: 9, encode: (photo) => photo.png({ compressionLevel: 1 }) },
  "a lossless WebP": { bytesPerPixel: 8.2, encode: (photo) => photo.webp({ lossless: true, effort: 0 }) },
};

export interface HeavyPhoto {
  kind: string;
  photo: Uint8Array<ArrayBuffer>;
  /** Share of the pixels or of the memory that the limits allow, whichever is nearer to its end. */
  share: number;
}

/** Of its bytes, the share at its top that is noise, so that no photo is refused for showing nothing. */
const NOISE = 0.001;

/** Of one colour below, so that they are small files; what a decoder holds depends on their size in pixels only. */
const square = async (pixels: number, encode: (photo: Sharp) => Sharp): Promise<Uint8Array<ArrayBuffer>> => {
  const side = Math.floor(Math.sqrt(pixels));
  const bytes = Buffer.alloc(3 * side * side, 119);
  const next = random(1);
  for (let at = 0; at < NOISE * bytes.length; at++) bytes[at] = 256 * next();
  const image = sharp(bytes, { raw: { width: side, height: side, channels: 3 }, limitInputPixels: false });
  return new Uint8Array(await encode(image).toBuffer());
};

/** @param times of what is allowed; above 1 the photos are refused */
export const heavyPhotos = (limits: Limits, times = 0.97): Promise<HeavyPhoto[]> =>
  Promise.all(
    Object.entries(kinds).map(async ([kind, { bytesPerPixel, encode }]) => {
      const allowed = Math.min(limits.pixels, limits.memory / bytesPerPixel);
      const photo = await square(times * allowed, encode);
      const header = sniff(photo);
      const pixels = (header.width * header.height) / limits.pixels;
      return { kind, photo, share: Math.max(pixels, memoryNeeded(header, photo.length, input) / limits.memory) };
    }),
  );
