/**
 * A photo without what its camera and its owner's programs wrote beside the pixels: where it was taken, when, with what, by
 * whom. The pixels stay as they are, bit by bit, and so does how they are turned.
 */
import type { Header } from "../../shared/pixels/header.ts";
import { stripJpeg } from "./strip-jpeg.ts";
import { stripPng } from "./strip-png.ts";
import { stripWebp } from "./strip-webp.ts";

const strippers = { jpeg: stripJpeg, png: stripPng, webp: stripWebp };

/** @param header of this photo, by `sniff` */
export const strip = (photo: Uint8Array, { format, orientation }: Header): Uint8Array<ArrayBuffer> =>
  strippers[format](photo, orientation);
