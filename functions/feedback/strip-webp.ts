/** A WebP without what is said about it: only the chunks that pixels are made of. Source: WebP container specification. */
import { concatenate } from "../../shared/concatenate.ts";
import type { Orientation } from "../../shared/pixels/orientation.ts";
import { ascii, orientationBlock } from "./parts.ts";

const KEPT = ["VP8X", "VP8 ", "VP8L", "ALPH"];
const ALPHA = 0x10;
const EXIF = 0x08;

const chunk = (type: string, content: Uint8Array): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(8 + content.length + (content.length & 1));
  whole.set(ascii(type));
  new DataView(whole.buffer).setUint32(4, content.length, true);
  whole.set(content, 8);
  return whole;
};

/** @param photo that was sniffed as a WebP; without VP8X it has no orientation */
export const stripWebp = (photo: Uint8Array, orientation: Orientation): Uint8Array<ArrayBuffer> => {
  const view = new DataView(photo.buffer, photo.byteOffset, photo.length);
  const pieces: Uint8Array[] = [];
  for (let at = 12; at + 8 <= photo.length; ) {
    const length = view.getUint32(at + 4, true);
    const type = String.fromCharCode(...photo.subarray(at, at + 4));
    const content = photo.slice(at + 8, at + 8 + length);
    if (type === "VP8X") content[0] = (content[0]! & ALPHA) | (orientation === 1 ? 0 : EXIF);
    if (KEPT.includes(type)) pieces.push(chunk(type, content));
    at += 8 + length + (length & 1);
  }
  if (orientation !== 1) pieces.push(chunk("EXIF", orientationBlock(orientation)));
  return chunk("RIFF", concatenate([ascii("WEBP"), ...pieces]));
};
