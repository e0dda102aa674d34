/** Formats that training reads beyond those that are served: what phones, scanners and archives keep photos in. */
import { otherFormat } from "../../../shared/pixels/other-formats.ts";
import { sniff } from "../../../shared/pixels/sniff.ts";
import { Problem } from "../../../shared/problem.ts";
import { type HeicDecoder, heicDecoder, installHeicDecoder } from "./heic-decoder.ts";

export type OtherKind = "heic" | "avif" | "tiff";

const kinds: Record<string, OtherKind> = { HEIC: "heic", HEIF: "heic", AVIF: "avif", TIFF: "tiff" };

/** The kind of a photo that only training reads; undefined for every other file. */
export const otherKind = (photo: Uint8Array): OtherKind | undefined => kinds[otherFormat(photo) ?? ""];

/** Who will read the photos: training on this machine, training on another, which has no HEIC decoder, or a server. */
export type Reader = "training" | "remote" | "server";

/**
 * Recognises a photo by its bytes, as serving does, and where training reads it the other kinds too.
 *
 * @throws Problem 400 (no image, a damaged header) or 415 (a format that is not read there, and how it could be)
 */
export const recognise = (photo: Uint8Array, reader: Reader): void => {
  const kind = reader === "server" ? undefined : otherKind(photo);
  if (kind === undefined) sniff(photo);
  else if (kind === "heic" && reader === "remote")
    throw new Problem(415, "this is a HEIC file, which remote machines don't read: train here, or export it as JPEG");
  else if (kind === "heic") requireHeic(heicDecoder());
};

/** @throws Problem 415 with the command that lets HEIC be read */
export const requireHeic = (decoder: HeicDecoder | undefined): HeicDecoder => {
  if (decoder) return decoder;
  throw new Problem(
    415,
    `this is a HEIC file, and what reads those is not installed: run ${installHeicDecoder()}, or export it as JPEG`,
  );
};
