/**
 * Photos are made smaller before they travel: a model sees a few hundred pixels a side, and a phone's photo has thousands. A
 * camera's JPEG goes as the server would decode it, so that nothing changes for the model; what else is large, as a JPEG that
 * keeps enough for the pixel path to do its own resizing from.
 */
import type { InputSpec } from "../../../shared/pixels/pixels.ts";
import { type Size, sizeOf } from "./size.ts";

/** Pixels of the long side that a photo may keep. */
const LONG = 1600;
/** Side of a model's input that is not known: larger than any embedded one's, and what is shrunk for it is enough for them. */
const USUAL_INPUT = 260;
/** JPEG's, of a browser's encoder, from 0 to 1. */
const QUALITY = 0.92;

/**
 * The size at which a photo travels.
 * @param input side of the model's square input in pixels; the short side keeps at least twice that
 * @returns undefined where the photo is small enough as it is
 */
export const shrunkSize = ({ width, height }: Size, input: number): Size | undefined => {
  const scale = Math.max(LONG / Math.max(width, height), (2 * input) / Math.min(width, height));
  return scale >= 1 ? undefined : { width: Math.round(width * scale), height: Math.round(height * scale) };
};

/** What of a photo travels. */
export interface Sent {
  photo: Blob;
  /** Its own size, where it was decoded ahead. */
  full?: Size;
}

/** Decodes a photo as the server would; undefined for what is better drawn smaller. */
export type DecodeAhead = (photo: Blob, input: InputSpec) => Promise<Blob | undefined>;

/**
 * @param input of the model that is to see it, where it is known
 * @param decodeAhead where this browser can
 * @returns the photo upright and smaller; the same file where it is small enough, or this browser cannot read it
 */
export const shrink = async (file: Blob, input?: InputSpec, decodeAhead?: DecodeAhead): Promise<Sent> => {
  const stored = await sizeOf(file);
  const size = stored && shrunkSize(stored, input?.size ?? USUAL_INPUT);
  if (!size) return { photo: file };
  const decoded = input && (await decodeAhead?.(file, input));
  if (decoded && decoded.size < file.size) return { photo: decoded, full: stored };
  const small = await drawn(file, size);
  return { photo: small && small.size < file.size ? small : file };
};

/** @returns undefined where this browser cannot */
const drawn = async (file: Blob, size: Size): Promise<Blob | null | undefined> => {
  // the pixel path heeds no colour profile, so none is to have been applied before it
  const photo = await createImageBitmap(file, { colorSpaceConversion: "none" }).catch(() => undefined);
  if (!photo) return undefined;
  const canvas = document.createElement("canvas");
  Object.assign(canvas, size);
  const context = canvas.getContext("2d", { alpha: false })!;
  context.imageSmoothingQuality = "high";
  // where a photo is transparent the pixel path shows white
  context.fillStyle = "#fff";
  context.fillRect(0, 0, size.width, size.height);
  context.drawImage(photo, 0, 0, size.width, size.height);
  photo.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
};
