/** A PNG without what is said about it: only the chunks that pixels are made of. Source: W3C PNG, third edition, section 11. */
import { concatenate } from "../../shared/concatenate.ts";
import type { Orientation } from "../../shared/pixels/orientation.ts";
import { ascii, orientationBlock } from "./parts.ts";

const KEPT = ["IHDR", "PLTE", "tRNS", "IDAT"];

/** Section D of the specification. */
const crc32 = (bytes: Uint8Array): number => {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
};

const chunk = (type: string, content: Uint8Array): Uint8Array => {
  const checked = concatenate([ascii(type), content]);
  const whole = new Uint8Array(8 + checked.length);
  new DataView(whole.buffer).setUint32(0, content.length);
  whole.set(checked, 4);
  new DataView(whole.buffer).setUint32(4 + checked.length, crc32(checked));
  return whole;
};

/** @param photo that was sniffed as a PNG */
export const stripPng = (photo: Uint8Array, orientation: Orientation): Uint8Array<ArrayBuffer> => {
  const view = new DataView(photo.buffer, photo.byteOffset, photo.length);
  const pieces: Uint8Array[] = [photo.subarray(0, 8)];
  for (let at = 8; at + 12 <= photo.length; ) {
    const end = at + 12 + view.getUint32(at);
    const type = String.fromCharCode(...photo.subarray(at + 4, at + 8));
    if (type === "IEND") break;
    if (KEPT.includes(type)) pieces.push(photo.subarray(at, end));
    if (type === "IHDR" && orientation !== 1) pieces.push(chunk("eXIf", orientationBlock(orientation)));
    at = end;
  }
  return concatenate([...pieces, chunk("IEND", new Uint8Array())]);
};
